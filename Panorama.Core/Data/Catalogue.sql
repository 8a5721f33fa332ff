-- What the database really allows, one line each, in a form that does not depend on the server's version. Months share one line.
-- MAINTAIN (17 and later) is the owner's alone; what an owner holds is not listed.
with rel as (
  select c.oid, c.relkind, c.relowner, c.relacl,
         case n.nspname when 'public' then '' else n.nspname || '.' end
           || case when c.relispartition then regexp_replace(c.relname, '_(\d{4}_\d{2}|default)$', '_*') else c.relname end as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ('public', 'quartz') and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')),
fun as (
  select p.oid, p.proowner, p.proacl, p.prosecdef, p.proconfig, md5(p.prosrc) as body,
         p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name
    from pg_proc p where p.pronamespace = 'public'::regnamespace)
select distinct kind, name, detail from (
  select 'table' as kind, name, relowner::regrole::text as detail from rel where relkind <> 'S'
  union all
  select 'policy', r.name, regexp_replace(p.polname, '_(\d{4}_\d{2}|default)_(backup|migrator|definer)$', '_*_\2')
         || ' for ' || case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end
         || ' to ' || array_to_string(array(select case o when 0 then 'PUBLIC' else o::regrole::text end from unnest(p.polroles) o order by 1), ',')
         || case when p.polpermissive then '' else ' restrictive' end
         || coalesce(' using ' || regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g'), '')
         || coalesce(' check ' || regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\s+', ' ', 'g'), '')
    from pg_policy p join rel r on r.oid = p.polrelid
  union all
  select 'grant', r.name, case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end || ' ' || x.privilege_type || case when x.is_grantable then '*' else '' end
    from rel r, aclexplode(r.relacl) x where x.grantee <> r.relowner and x.privilege_type <> 'MAINTAIN'
  union all
  select 'grant', r.name || '.' || a.attname, case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end || ' ' || x.privilege_type || case when x.is_grantable then '*' else '' end
    from rel r join pg_attribute a on a.attrelid = r.oid and not a.attisdropped, aclexplode(a.attacl) x where x.grantee <> r.relowner
  union all
  select 'grant', 'schema ' || n.nspname, case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end || ' ' || x.privilege_type
    from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
   where n.nspname in ('public', 'quartz', 'extensions')
     and (x.grantee = 0 and n.nspname <> 'extensions' or x.grantee in (select oid from pg_roles where rolname in ('panorama_app', 'panorama_auth', 'panorama_super_admin', 'panorama_backup')))
  union all
  select 'grant', 'database', case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end || ' ' || x.privilege_type
    from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
   where d.datname = current_database()
     and (x.grantee = 0 or x.grantee in (select oid from pg_roles where rolname in ('panorama_app', 'panorama_auth', 'panorama_super_admin', 'panorama_backup')))
  union all
  select 'function', f.name, f.proowner::regrole || case when f.prosecdef then ' definer ' else ' invoker ' end
         || coalesce(array_to_string(f.proconfig, ','), '') || ' ' || f.body from fun f
  union all
  select 'execute', f.name, case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end
    from fun f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) x where x.grantee <> f.proowner
  union all
  select 'trigger', r.name, t.tgname || ' ' || t.tgfoid::regproc || case t.tgenabled when 'O' then '' else ' ' || t.tgenabled::text end
    from pg_trigger t join rel r on r.oid = t.tgrelid where not t.tgisinternal) lines
order by 1, 2, 3
