-- What is no hole yet and needs a look.
select 'default_partition_used' as warning, name as object from (values
    ('audit_events_default', (select exists (select 1 from audit_events_default))),
    ('notification_events_default', (select exists (select 1 from notification_events_default))),
    ('notification_deliveries_default', (select exists (select 1 from notification_deliveries_default)))) d(name, used) where used
union all
select 'partitions_missing', t || to_char(m, '_YYYY_MM') from unnest(array['audit_events', 'notification_events', 'notification_deliveries']) t,
       generate_series(date_trunc('month', now() at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC') + interval '3 months', interval '1 month') m
 where to_regclass('public.' || t || to_char(m, '_YYYY_MM')) is null
union all
select 'audit_unsealed', chain_id || ' ' || count(*) || ' since ' || to_char(min(event_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from audit_queue group by chain_id having min(event_at) < clock_timestamp() - interval '60 seconds'
union all
select 'checkpoint_old', h.chain_id::text from audit_chains h
 where exists (select 1 from audit_seals s where s.chain_id = h.chain_id and s.sealed_at < clock_timestamp() - interval '2 hours'
                  and s.seq > coalesce((select max(k.seq) from audit_checkpoints k where k.chain_id = h.chain_id), 0))
union all
select 'tenant_without_owner', t.slug from tenants t
 where t.deleted_at is null and not exists (select 1 from tenant_memberships m where m.tenant_id = t.id and m.role = 'owner' and m.status = 'active')
order by 1, 2
