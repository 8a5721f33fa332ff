-- One row for each hole: what the catalogue of the cluster says, whatever the expected lines are.
with ours(role) as (select unnest(array['panorama_app', 'panorama_auth', 'panorama_super_admin', 'panorama_backup'])),
tab as (select c.oid, c.oid::regclass::text as name, c.relrowsecurity, c.relforcerowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'quartz') and c.relkind in ('r', 'p')),
f as (select p.oid, p.oid::regprocedure::text as name, p.prosecdef, p.proacl, p.proconfig, p.proowner from pg_proc p
       where p.pronamespace = 'public'::regnamespace)
select 'row_security_off' as hole, name as object from tab where not (relrowsecurity and relforcerowsecurity)
union all
select 'role_granted', m.roleid::regrole || ' to ' || m.member::regrole from pg_auth_members m
 where m.member::regrole::text in (select role from ours)
    or (m.roleid::regrole::text in (select role from ours union all values ('panorama_definer'), ('panorama_migrator'))
        and not (m.roleid = 'panorama_definer'::regrole and m.member = 'panorama_migrator'::regrole)
        and pg_has_role(m.member, m.roleid, 'usage') and not (select rolsuper from pg_roles where oid = m.member))
union all
select 'bypass_rls', rolname::text from pg_roles
 where rolname in (select role from ours union all values ('panorama_definer'), ('panorama_migrator'))
   and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
union all
select 'public_execute', name from f where proacl is null or exists (select 1 from aclexplode(proacl) x where x.grantee = 0)
union all
select 'search_path_open', name from f where prosecdef and (proowner <> 'panorama_definer'::regrole
    or not coalesce(array_to_string(proconfig, ',') like '%search_path=pg_catalog, pg_temp%', false))
union all
select 'runtime_login_owns', c.oid::regclass::text from pg_class c where c.relowner::regrole::text in (select role from ours) and c.relkind not in ('i', 'I', 't')
union all
select 'runtime_login_owns', name from f where proowner::regrole::text in (select role from ours)
union all
select 'runtime_login_owns', 'schema ' || n.nspname from pg_namespace n where n.nspowner::regrole::text in (select role from ours)
union all
select 'trigger_disabled', tab.name || ' ' || t.tgname from pg_trigger t join tab on tab.oid = t.tgrelid where t.tgenabled <> 'O'
union all
select 'time_zone_not_utc', coalesce(nullif(s.setrole, 0)::regrole::text, '-') || ' ' || x from pg_db_role_setting s, unnest(s.setconfig) x
 where x ilike 'timezone=%' and x not ilike 'timezone=utc'
   and (s.setrole = 0 or s.setrole::regrole::text in (select role from ours union all values ('panorama_definer'), ('panorama_migrator')))
   and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
union all
select 'grant_mismatch', 'panorama_definer may not execute ' || f.name from f where not has_function_privilege('panorama_definer', f.oid, 'execute')
union all
select 'audit_chain_broken', c.chain_id || ' ' || v.seq || ' ' || v.reason
  from (select distinct chain_id from audit_seals   -- verification would die where the check before has a finding
         where not exists (select 1 from f where not has_function_privilege('panorama_definer', f.oid, 'execute'))) c, audit_verify(c.chain_id) v
order by 1, 2
