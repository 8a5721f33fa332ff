-- For SQL by hand; the application sets it as well.
create function touch_updated_at() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.updated_at is not distinct from old.updated_at then
    new.updated_at := date_trunc('milliseconds', clock_timestamp());
  end if;
  return new;
end $$;

do $$
declare t text;
begin
  for t in select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1 loop
    execute format('create trigger %I before update on %I for each row execute function touch_updated_at()', t || '_touch', t);
  end loop;
end $$;

create trigger enforce_at_least_one_owner_trigger before update or delete on tenant_memberships
  for each row execute function enforce_at_least_one_owner();

create trigger audit_events_enqueue after insert on audit_events for each row execute function audit_enqueue();
-- for every role, on audit_events and audit_seals alike
create trigger audit_events_refuse          before update or delete on audit_events for each row execute function audit_refuse();
create trigger audit_events_refuse_truncate before truncate on audit_events for each statement execute function audit_refuse();
create trigger audit_seals_refuse           before update or delete on audit_seals  for each row execute function audit_refuse();
create trigger audit_seals_refuse_truncate  before truncate on audit_seals  for each statement execute function audit_refuse();

-- A revoked token that works again, and an outbox row whose state was changed by hand, leave a row in the tenant's chain.
create function emit_pat_resurrected_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), new.tenant_id, null, 'panorama.pat.resurrected', 'personal_access_token', new.id::text,
          jsonb_build_object('tokenId', new.id, 'tokenPrefix', new.token_prefix, 'userId', new.user_id,
            'previousRevokedAt', to_char(old.revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
  return null;
end $$;
create trigger emit_pat_resurrected_audit_trigger after update on personal_access_tokens
  for each row when (old.revoked_at is not null and new.revoked_at is null) execute function emit_pat_resurrected_audit();

create function emit_notification_tamper_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), new.tenant_id, null, 'panorama.notification.status_tampered', 'notification_event', new.id::text,
          jsonb_build_object('fromStatus', old.status, 'toStatus', new.status, 'eventType', new.event_type));
  return null;
end $$;
create trigger emit_notification_tamper_audit_trigger after update of status on notification_events
  for each row when ((old.status = 'PENDING' and new.status = 'DISPATCHED') or old.status = 'DEAD'
                  or (old.status = 'DISPATCHED' and new.status <> 'DISPATCHED'))
  execute function emit_notification_tamper_audit();
