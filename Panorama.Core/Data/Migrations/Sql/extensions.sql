-- pgcrypto: HMAC of the signed context and random keys; btree_gist: exclusion constraints; pg_trgm: search.
-- Functions name extensions.hmac, so an extension that already stands in another schema is a stop, not a surprise at run time.
create schema if not exists extensions;

create extension if not exists pgcrypto   with schema extensions;
create extension if not exists btree_gist with schema extensions;
create extension if not exists pg_trgm    with schema extensions;

do $$
declare misplaced text;
begin
  select string_agg(e.extname || ' in ' || n.nspname, ', ' order by e.extname) into misplaced
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
   where e.extname in ('pgcrypto', 'btree_gist', 'pg_trgm') and n.nspname <> 'extensions';
  if misplaced is not null then
    raise exception 'extension_in_other_schema'
      using errcode = '55000', detail = misplaced, hint = 'Drop it, or have a superuser move it with ALTER EXTENSION … SET SCHEMA extensions; then run bootstrap-db and migrate again.';
  end if;
  -- a managed service may own the schema already and have granted its use
  if (select nspowner = current_user::regrole from pg_namespace where nspname = 'extensions') then
    grant usage on schema extensions to panorama_definer;
  end if;
end $$;
