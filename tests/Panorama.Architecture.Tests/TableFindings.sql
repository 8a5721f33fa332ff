-- One row for each way in which a table differs from the rule: row security on and forced, and for each login a policy where it has a right and a
-- right where it has a policy. Exceptions: deliberately a right without a policy, so that nobody reads keys, and no dump holds them or sessions.
with role(name) as (values ('panorama_app'), ('panorama_super_admin'), ('panorama_backup'), ('panorama_migrator')),
exception(role, object) as (values ('panorama_backup', 'context_keys'), ('panorama_backup', 'sessions'), ('panorama_migrator', 'context_keys')),
object as (
  select c.oid, c.relname::text as name, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relowner::regrole::text as owner,
         exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as of_tenant
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')),
policy as (
  select p.polrelid, p.polname::text as name, p.polroles, p.polpermissive,
         coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), '') as rule from pg_policy p),
access as (
  select o.oid, o.name, o.relispartition, o.of_tenant, r.name as role,
         has_any_column_privilege(r.name, o.oid, 'select, insert, update') or has_table_privilege(r.name, o.oid, 'delete') as granted,
         exists (select 1 from policy p where p.polrelid = o.oid and r.name::regrole = any (p.polroles)) as policied
    from object o cross join role r)
select 'row security is not forced: ' || name as finding from object where not (relrowsecurity and relforcerowsecurity)
union all
select 'owned by ' || owner || ': ' || name from object where owner not in ('panorama_migrator', 'panorama_definer')
union all
select 'policy for everybody: ' || o.name || ' ' || p.name from policy p join object o on o.oid = p.polrelid where 0 = any (p.polroles)
union all
select 'right without policy: ' || a.role || ' on ' || a.name from access a
 where a.granted and not a.policied and not a.relispartition and (a.role, a.name) not in (select e.role, e.object from exception e)
union all
select 'policy without right: ' || a.role || ' on ' || a.name from access a where a.policied and not a.granted
union all
select 'partition open to ' || a.role || ': ' || a.name from access a
 where a.granted and a.relispartition and a.role in ('panorama_app', 'panorama_super_admin')
union all
select 'not in a dump: ' || a.name from access a
 where a.role = 'panorama_backup' and not (a.granted and a.policied) and (a.role, a.name) not in (select e.role, e.object from exception e)
union all
select 'migrations cannot change: ' || a.name from access a
 where a.role = 'panorama_migrator' and not a.policied and (a.role, a.name) not in (select e.role, e.object from exception e)
union all
select 'policy of panorama_app without the signed tenant: ' || o.name || ' ' || p.name from policy p join object o on o.oid = p.polrelid
 where o.of_tenant and p.polpermissive and 'panorama_app'::regrole = any (p.polroles) -- a restrictive one only narrows
   and p.rule not like '%panorama_current_tenant()%'
union all
select 'panorama_auth has a right on ' || o.name from object o
 where has_any_column_privilege('panorama_auth', o.oid, 'select, insert, update') or has_table_privilege('panorama_auth', o.oid, 'delete, truncate')
union all
select 'exception without its table: ' || e.object from exception e where not exists (select 1 from object o where o.name = e.object)
order by 1
