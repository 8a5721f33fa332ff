-- What a delivery needs beyond the baseline. lane: deliveries of one lane leave one after the other. digest_at: the mail of the day that carries it.
alter table notification_deliveries
  add column lane             text,
  add column digest_at        timestamptz(3),
  add column first_attempt_at timestamptz(3),
  add column finished_at      timestamptz(3),
  add column outcome          text,
  add column cause            text;
create index notification_events_tenant_due_idx on notification_events (tenant_id, available_at, created_at, id) where status in ('PENDING', 'FAILED');
create index notification_deliveries_tenant_due_idx on notification_deliveries (tenant_id, next_attempt_at, event_at, id) where status in ('PENDING', 'FAILED');
create index notification_deliveries_lane_idx on notification_deliveries (tenant_id, channel, recipient_key, lane, event_at, event_id)
  where lane is not null and status in ('PENDING', 'IN_PROGRESS', 'FAILED');
create index notification_deliveries_digest_idx on notification_deliveries (tenant_id, channel, recipient_key, digest_at, event_at, id)
  where digest_at is not null and status in ('PENDING', 'FAILED');
create index notification_deliveries_lease_idx on notification_deliveries (lease_until) where status = 'IN_PROGRESS';
create index notification_deliveries_dead_idx on notification_deliveries (tenant_id, event_at desc, id desc) where status = 'DEAD';
create index notification_dedup_event_idx on notification_dedup (event_id);

-- The inbox in the application.
create table notices (
  id            uuid not null constraint notices_pkey primary key,
  tenant_id     uuid not null constraint notices_tenant_id_fkey references tenants (id) on delete restrict,
  user_id       uuid not null,
  event_id      uuid not null,
  event_type    text not null,
  resource_type text,
  resource_id   uuid,
  actor_user_id uuid,
  payload       jsonb not null default '{}',
  occurred_at   timestamptz(3) not null,
  created_at    timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  read_at       timestamptz(3),
  constraint notices_user_id_fkey foreign key (tenant_id, user_id) references tenant_memberships (tenant_id, user_id) on delete restrict,
  constraint notices_once unique (tenant_id, event_id, user_id)
);
create index notices_list_idx on notices (tenant_id, user_id, created_at desc, id desc);
create index notices_unread_idx on notices (tenant_id, user_id, created_at desc, id desc) where read_at is null;
create index notices_old_idx on notices (tenant_id, created_at);

-- user_id null: what holds for who has chosen nothing.
create table notification_preferences (
  tenant_id  uuid not null constraint notification_preferences_tenant_id_fkey references tenants (id) on delete restrict,
  user_id    uuid,
  event_type text not null,
  channel    text not null constraint notification_preferences_channel_check check (channel in ('email', 'in_app')),
  mode       text not null constraint notification_preferences_mode_check check (mode in ('off', 'instant', 'daily')),
  updated_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  constraint notification_preferences_key unique nulls not distinct (tenant_id, user_id, event_type, channel),
  constraint notification_preferences_user_id_fkey foreign key (tenant_id, user_id) references tenant_memberships (tenant_id, user_id) on delete restrict,
  constraint notification_preferences_daily_check check (channel = 'email' or mode <> 'daily')
);

-- Local times, read in the person's zone, else the organisation's. A window may cross midnight.
create table notification_settings (
  tenant_id   uuid not null constraint notification_settings_tenant_id_fkey references tenants (id) on delete restrict,
  user_id     uuid not null,
  quiet_from  time,
  quiet_until time,
  digest_at   time not null default '07:00',
  version     int not null default 1,
  updated_at  timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  constraint notification_settings_pkey primary key (tenant_id, user_id),
  constraint notification_settings_user_id_fkey foreign key (tenant_id, user_id) references tenant_memberships (tenant_id, user_id) on delete restrict,
  constraint notification_settings_quiet_check check ((quiet_from is null) = (quiet_until is null) and quiet_from is distinct from quiet_until or quiet_from is null and quiet_until is null)
);

create table mail_suppressions (
  id                  uuid not null constraint mail_suppressions_pkey primary key,
  tenant_id           uuid not null constraint mail_suppressions_tenant_id_fkey references tenants (id) on delete restrict,
  email               text not null constraint mail_suppressions_email_lower_check check (email = lower(email)),
  reason              text not null constraint mail_suppressions_reason_check check (reason in ('hard_bounce', 'complaint', 'unsubscribed', 'manual')),
  detail              text,
  event_type          text,
  created_at          timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp()),
  released_at         timestamptz(3),
  released_by_user_id uuid,
  constraint mail_suppressions_released_by_user_id_fkey foreign key (tenant_id, released_by_user_id)
    references tenant_memberships (tenant_id, user_id) on delete restrict
);
create unique index mail_suppressions_live_key on mail_suppressions (tenant_id, email) where released_at is null;
create index mail_suppressions_list_idx on mail_suppressions (tenant_id, created_at desc, id desc);

-- One channel of one organisation that keeps failing rests for a while. Shared, so that two workers count together.
create table notification_breakers (
  tenant_id    uuid not null constraint notification_breakers_tenant_id_fkey references tenants (id) on delete restrict,
  channel      text not null,
  failures     int not null default 0,
  window_from  timestamptz(3) not null,
  opened_until timestamptz(3),
  constraint notification_breakers_pkey primary key (tenant_id, channel)
);

do $$
declare t text;
begin
  foreach t in array array['notices', 'notification_preferences', 'notification_settings', 'mail_suppressions', 'notification_breakers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I to panorama_migrator using (true) with check (true)', t || '_migrator', t);
    execute format('create policy %I on %I for select to panorama_backup using (true)', t || '_backup', t);
    execute format('grant select on %I to panorama_backup', t);
    execute format('create policy %I on %I to panorama_super_admin '
                || 'using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant())) '
                || 'with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))', t || '_super_admin', t);
  end loop;
  foreach t in array array['notices', 'mail_suppressions', 'notification_breakers', 'notification_events', 'notification_dedup', 'notification_deliveries'] loop
    execute format('create policy %I on %I to panorama_definer using (true) with check (true)', t || '_definer', t);
  end loop;
end $$;

create policy notices_app on notices to panorama_app
  using      (tenant_id = (select panorama_current_tenant()) and user_id = (select panorama_current_actor()))
  with check (tenant_id = (select panorama_current_tenant()) and user_id = (select panorama_current_actor()));
create policy notification_preferences_app on notification_preferences to panorama_app
  using      (tenant_id = (select panorama_current_tenant()) and (user_id is null or user_id = (select panorama_current_actor())))
  with check (tenant_id = (select panorama_current_tenant()) and (user_id is null or user_id = (select panorama_current_actor())));
create policy notification_settings_app on notification_settings to panorama_app
  using      (tenant_id = (select panorama_current_tenant()) and user_id = (select panorama_current_actor()))
  with check (tenant_id = (select panorama_current_tenant()) and user_id = (select panorama_current_actor()));
create policy mail_suppressions_app on mail_suppressions to panorama_app
  using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()));

grant select, update (read_at) on notices to panorama_app;
grant select, insert, update (mode, updated_at), delete on notification_preferences to panorama_app;
grant select, insert, update (quiet_from, quiet_until, digest_at, version, updated_at) on notification_settings to panorama_app;
grant select, insert, update (released_at, released_by_user_id) on mail_suppressions to panorama_app;
grant select on notices, notification_preferences, notification_settings, mail_suppressions, notification_breakers to panorama_super_admin;
grant select, insert, delete on notices to panorama_definer;
grant select, insert, update, delete on mail_suppressions, notification_breakers, notification_dedup to panorama_definer;

-- Written by the database, so it is right whoever enqueues; what differs from it later was changed by hand.
create function notification_hash() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.payload_hash := sha256(convert_to(new.payload::text, 'UTF8'));
  return new;
end $$;
create trigger notification_events_hash before insert on notification_events for each row execute function notification_hash();

-- Wakes the Worker after the commit; a transaction that enqueues a thousand wakes it once.
create function notification_announce() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('panorama_work', 'notifications');
  return null;
end $$;
create trigger notification_events_announce after insert on notification_events for each statement execute function notification_announce();

-- Only the functions below, which belong to the definer, change an event: whoever else does leaves a row in the tenant's chain.
drop trigger emit_notification_tamper_audit_trigger on notification_events;
create or replace function emit_notification_tamper_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), old.tenant_id, null, 'panorama.notification.status_tampered', 'notification_event', old.id::text,
          jsonb_build_object('fromStatus', old.status, 'toStatus', case when tg_op = 'UPDATE' then new.status end, 'eventType', old.event_type));
  return null;
end $$;
create trigger emit_notification_tamper_audit_trigger after update on notification_events
  for each row when (current_user <> 'panorama_definer'
    and ((old.status = 'PENDING' and new.status = 'DISPATCHED') or old.status = 'DEAD' or (old.status = 'DISPATCHED' and new.status <> 'DISPATCHED')
      or new.payload is distinct from old.payload or new.payload_hash is distinct from old.payload_hash))
  execute function emit_notification_tamper_audit();
create trigger emit_notification_delete_audit_trigger after delete on notification_events
  for each row when (current_user <> 'panorama_definer') execute function emit_notification_tamper_audit();

create function notification_audit(p_tenant uuid, p_actor uuid, p_action text, p_resource_type text, p_resource text, p_metadata jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), p_tenant, p_actor, p_action, p_resource_type, p_resource, p_metadata)
$$;

-- The one statement that an idle Worker sends: when the earliest of each kind is or was due.
create function notification_due() returns table (event_at timestamptz, delivery_at timestamptz, lease_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (select min(e.available_at) from public.notification_events e where e.status in ('PENDING', 'FAILED')),
         (select min(d.next_attempt_at) from public.notification_deliveries d where d.status in ('PENDING', 'FAILED')),
         (select min(d.lease_until) from public.notification_deliveries d where d.status = 'IN_PROGRESS')
$$;

-- Events to fan out, a few of each organisation, beginning behind the one that was served last. The rows stay locked until the transaction
-- ends; one worker at a time fans out for an organisation, which keeps the order of its events.
create function notification_take(p_now timestamptz, p_limit int, p_share int, p_after uuid default null) returns setof notification_events
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare t uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000'); v_left int := p_limit; v_taken int; wrapped boolean := false;
begin
  if exists (select 1 from public.notification_events e where e.tenant_id is null and e.status in ('PENDING', 'FAILED') and e.available_at <= p_now)
    and pg_try_advisory_xact_lock(hashtextextended('panorama:notify:', 0)) then
    return query select e.* from public.notification_events e
      where e.tenant_id is null and e.status in ('PENDING', 'FAILED') and e.available_at <= p_now
      order by e.available_at, e.created_at, e.id limit p_share for update skip locked;
    get diagnostics v_taken = row_count;
    v_left := v_left - v_taken;
  end if;
  while v_left > 0 loop
    select e.tenant_id into t from public.notification_events e
     where e.tenant_id > t and e.status in ('PENDING', 'FAILED') order by e.tenant_id limit 1;
    if t is null then
      exit when wrapped or p_after is null;
      wrapped := true; t := '00000000-0000-0000-0000-000000000000';
      continue;
    end if;
    exit when wrapped and t > p_after;
    continue when not pg_try_advisory_xact_lock(hashtextextended('panorama:notify:' || t, 0));
    return query select e.* from public.notification_events e
      where e.tenant_id = t and e.status in ('PENDING', 'FAILED') and e.available_at <= p_now
      order by e.available_at, e.created_at, e.id limit least(p_share, v_left) for update skip locked;
    get diagnostics v_taken = row_count;
    v_left := v_left - v_taken;
  end loop;
end $$;

-- What the fan-out of taken events is: [{at, id, retryAt?, dead?, cause?, deliveries: [{id, channel, recipient, nextAt, digestAt, lane, outcome}], notices: [{id, user}]}].
-- An outcome says that nothing is left to do. A notice is written here, once, whatever happens to the worker.
create function notification_fan_out(p_now timestamptz, p_plan jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.notices (id, tenant_id, user_id, event_id, event_type, resource_type, resource_id, actor_user_id, payload, occurred_at, created_at)
  select n.id, e.tenant_id, n."user", e.id, e.event_type, e.resource_type, e.resource_id, e.actor_user_id, e.payload, e.occurred_at, p_now
    from jsonb_to_recordset(p_plan) as p(at timestamptz, id uuid, notices jsonb)
    cross join lateral jsonb_to_recordset(coalesce(p.notices, '[]')) as n(id uuid, "user" uuid)
    join public.notification_events e on e.created_at = p.at and e.id = p.id
  on conflict on constraint notices_once do nothing;

  insert into public.notification_deliveries (event_at, id, event_id, tenant_id, channel, recipient_key, status, next_attempt_at, digest_at, lane, outcome,
         finished_at, created_at, updated_at)
  select e.created_at, d.id, e.id, e.tenant_id, d.channel, d.recipient, case when d.outcome is null then 'PENDING' else 'DISPATCHED' end,
         -- behind one of its lane that waits for its next attempt
         case when d.outcome is null then greatest(d."nextAt", (select max(x.next_attempt_at) from public.notification_deliveries x
            where x.tenant_id = e.tenant_id and x.channel = d.channel and x.recipient_key = d.recipient and x.lane = d.lane and x.status = 'FAILED')) end,
         d."digestAt", d.lane, d.outcome, case when d.outcome is not null then p_now end, p_now, p_now
    from jsonb_to_recordset(p_plan) as p(at timestamptz, id uuid, deliveries jsonb)
    cross join lateral jsonb_to_recordset(coalesce(p.deliveries, '[]'))
      as d(id uuid, channel text, recipient text, "nextAt" timestamptz, "digestAt" timestamptz, lane text, outcome text)
    join public.notification_events e on e.created_at = p.at and e.id = p.id
  on conflict on constraint notification_deliveries_once do nothing;

  update public.notification_events e
     set status = case when p.dead then 'DEAD' when p."retryAt" is not null then 'FAILED' when o.has then 'IN_PROGRESS' else 'DISPATCHED' end,
         dispatch_attempts = e.dispatch_attempts + 1, last_attempt_at = p_now, updated_at = p_now,
         available_at = coalesce(p."retryAt", e.available_at),
         dispatched_at = case when p.dead is not true and p."retryAt" is null and not o.has then p_now end,
         last_error = p.cause,
         error_history = case when p.cause is null then e.error_history
           else public.notification_history(e.error_history, e.dispatch_attempts + 1, p_now, p.cause, null) end,
         channel_results = e.channel_results || coalesce((select jsonb_object_agg(d.channel, jsonb_build_object('status', 'dispatched', 'attemptedAt', p_now))
           from public.notification_deliveries d where d.event_at = e.created_at and d.event_id = e.id and d.status = 'DISPATCHED'), '{}')
    from jsonb_to_recordset(p_plan) as p(at timestamptz, id uuid, "retryAt" timestamptz, dead boolean, cause text)
    cross join lateral (select exists (select 1 from public.notification_deliveries d
      where d.event_at = p.at and d.event_id = p.id and d.status in ('PENDING', 'IN_PROGRESS', 'FAILED')) as has) o
   where e.created_at = p.at and e.id = p.id;

  -- An event that never came so far as to have recipients is a dead letter as well.
  insert into public.notification_deliveries (event_at, id, event_id, tenant_id, channel, recipient_key, status, attempts, first_attempt_at, finished_at,
         last_error, cause, created_at, updated_at)
  select e.created_at, public.panorama_uuid7(), e.id, e.tenant_id, 'event', '', 'DEAD', e.dispatch_attempts, e.created_at, p_now, p.cause, p.cause, p_now, p_now
    from jsonb_to_recordset(p_plan) as p(at timestamptz, id uuid, dead boolean, cause text)
    join public.notification_events e on e.created_at = p.at and e.id = p.id
   where p.dead
  on conflict on constraint notification_deliveries_once do update
     set status = 'DEAD', attempts = excluded.attempts, finished_at = excluded.finished_at, cause = excluded.cause, last_error = excluded.last_error, outcome = null;
  perform public.notification_audit(e.tenant_id, null, 'panorama.notification.dead', 'notification_event', e.id::text,
           jsonb_build_object('eventType', e.event_type, 'attempts', e.dispatch_attempts, 'channel', 'event'))
    from jsonb_to_recordset(p_plan) as p(at timestamptz, id uuid, dead boolean)
    join public.notification_events e on e.created_at = p.at and e.id = p.id
   where p.dead;
end $$;

-- The last fifty failures.
create function notification_history(p_history jsonb, p_attempt int, p_at timestamptz, p_error text, p_channel text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (case when jsonb_array_length(p_history) >= 50 then p_history - 0 else p_history end)
    || jsonb_build_array(jsonb_build_object('attempt', p_attempt, 'at', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'error', p_error, 'channel', p_channel))
$$;

-- Deliveries to work on, a few of each organisation, under a lease. Who finishes shows the fence that he was given.
create function notification_claim(p_now timestamptz, p_owner text, p_limit int, p_share int, p_lease interval, p_after uuid default null)
returns table (event_at timestamptz, id uuid, event_id uuid, tenant_id uuid, channel text, recipient_key text, attempts int, fence bigint, digest_at timestamptz,
  first_attempt_at timestamptz, event_type text, occurred_at timestamptz, actor_user_id uuid, resource_type text, resource_id uuid, payload jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  t uuid := coalesce(p_after, '00000000-0000-0000-0000-000000000000'); v_left int := p_limit; wrapped boolean := false;
  v_at timestamptz[]; v_id uuid[]; v_more_at timestamptz[]; v_more uuid[];
begin
  while v_left > 0 loop
    select d.tenant_id into t from public.notification_deliveries d
     where d.tenant_id > t and d.status in ('PENDING', 'FAILED') order by d.tenant_id limit 1;
    if t is null then
      exit when wrapped or p_after is null;
      wrapped := true; t := '00000000-0000-0000-0000-000000000000';
      continue;
    end if;
    exit when wrapped and t > p_after;

    select array_agg(c.event_at), array_agg(c.id) into v_at, v_id from (
      select d.event_at, d.id from public.notification_deliveries d
       where (d.event_at, d.id) in (
               -- a window, so that a long queue behind one slow lane is not read at every pass
               select w.event_at, w.id from public.notification_deliveries w
                where w.tenant_id = t and w.status in ('PENDING', 'FAILED') and w.next_attempt_at <= p_now
                order by w.next_attempt_at, w.event_at, w.id limit p_share * 8)
         and d.tenant_id = t and d.status in ('PENDING', 'FAILED') and d.next_attempt_at <= p_now
         and not exists (select 1 from public.notification_breakers b where b.tenant_id = t and b.channel = d.channel and b.opened_until > p_now)
         and (d.lane is null or not exists (select 1 from public.notification_deliveries x
               where x.tenant_id = t and x.channel = d.channel and x.recipient_key = d.recipient_key and x.lane = d.lane
                 and x.status in ('PENDING', 'IN_PROGRESS', 'FAILED') and (x.event_at, x.event_id) < (d.event_at, d.event_id)))
         -- who has the first of a digest has all of it
         and (d.digest_at is null or not exists (select 1 from public.notification_deliveries x
               where x.tenant_id = t and x.channel = d.channel and x.recipient_key = d.recipient_key and x.digest_at = d.digest_at
                 and x.status in ('PENDING', 'FAILED') and (x.event_at, x.id) < (d.event_at, d.id)))
       order by d.next_attempt_at, d.event_at, d.id limit least(p_share, v_left)
       for update of d skip locked) c;
    continue when v_id is null;
    v_left := v_left - cardinality(v_id);
    select array_agg(x.event_at), array_agg(x.id) into v_more_at, v_more from public.notification_deliveries x
      join public.notification_deliveries d on d.tenant_id = t and d.channel = x.channel and d.recipient_key = x.recipient_key and d.digest_at = x.digest_at
      join unnest(v_at, v_id) k(at, id) on d.event_at = k.at and d.id = k.id
     where x.tenant_id = t and x.digest_at is not null and x.status in ('PENDING', 'FAILED') and x.id <> d.id;

    return query
      update public.notification_deliveries d
         set status = 'IN_PROGRESS', attempts = d.attempts + 1, fence = d.fence + 1, lease_owner = p_owner, lease_until = p_now + p_lease,
             first_attempt_at = coalesce(d.first_attempt_at, p_now), updated_at = p_now
        from public.notification_events e
       where (d.event_at, d.id) in (select * from unnest(v_at || coalesce(v_more_at, '{}'), v_id || coalesce(v_more, '{}')))
         and d.status in ('PENDING', 'FAILED') and e.created_at = d.event_at and e.id = d.event_id
      returning d.event_at, d.id, d.event_id, d.tenant_id, d.channel, d.recipient_key, d.attempts, d.fence, d.digest_at, d.first_attempt_at,
                e.event_type, e.occurred_at, e.actor_user_id, e.resource_type, e.resource_id, e.payload;
  end loop;
end $$;

create function notification_renew(p_now timestamptz, p_lease interval, p_at timestamptz[], p_ids uuid[], p_fences bigint[]) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  with renewed as (
    update public.notification_deliveries d set lease_until = p_now + p_lease
      from unnest(p_at, p_ids, p_fences) k(at, id, fence)
     where d.event_at = k.at and d.id = k.id and d.fence = k.fence and d.status = 'IN_PROGRESS' returning 1)
  select count(*)::int from renewed
$$;

-- An event is finished with its last delivery. The caller has its row locked: two workers with the last two would each see the other's open.
create function notification_roll_up(p_now timestamptz, p_at timestamptz, p_event uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  update public.notification_events e
     set status = case when s.open then 'IN_PROGRESS' when s.dead then 'DEAD' else 'DISPATCHED' end,
         dispatched_at = case when not s.open and not s.dead then p_now end, updated_at = p_now
    from (select coalesce(bool_or(d.status in ('PENDING', 'IN_PROGRESS', 'FAILED')), false) as open, coalesce(bool_or(d.status = 'DEAD'), false) as dead
            from public.notification_deliveries d where d.event_at = p_at and d.event_id = p_event) s
   where e.created_at = p_at and e.id = p_event
     and e.status is distinct from case when s.open then 'IN_PROGRESS' when s.dead then 'DEAD' else 'DISPATCHED' end
$$;

-- What became of deliveries: [{at, id, fence, outcome, retryAt?, cause?, error?, messageId?, suppress?}]; a retry has retryAt, a dead one the outcome 'dead',
-- 'later' gives the attempt back. Returns what was still the caller's; another's result is thrown away.
create function notification_settle(p_now timestamptz, p_results jsonb) returns setof uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare r record; d record; b public.notification_breakers%rowtype;
begin
  perform 1 from public.notification_events e
    where (e.created_at, e.id) in (select x.event_at, x.event_id from public.notification_deliveries x
            join jsonb_to_recordset(p_results) k(at timestamptz, id uuid) on x.event_at = k.at and x.id = k.id)
    order by e.created_at, e.id for update;
  for r in select * from jsonb_to_recordset(p_results)
      as k(at timestamptz, id uuid, fence bigint, outcome text, "retryAt" timestamptz, cause text, error text, "messageId" text, suppress text, "notCounted" boolean)
      order by k.at, k.id loop
    update public.notification_deliveries x
       set status = case r.outcome when 'dead' then 'DEAD' when 'retry' then 'FAILED' when 'later' then 'PENDING' else 'DISPATCHED' end,
           outcome = case when r.outcome in ('retry', 'later', 'dead') then null else r.outcome end,
           attempts = x.attempts - case r.outcome when 'later' then 1 else 0 end,
           first_attempt_at = case when r.outcome = 'later' and x.attempts = 1 then null else x.first_attempt_at end,
           next_attempt_at = coalesce(r."retryAt", x.next_attempt_at), lease_owner = null, lease_until = null,
           provider_message_id = coalesce(r."messageId", x.provider_message_id), last_error = r.error, cause = r.cause,
           finished_at = case when r.outcome in ('retry', 'later') then null else p_now end, updated_at = p_now
     where x.event_at = r.at and x.id = r.id and x.fence = r.fence and x.status = 'IN_PROGRESS'
     returning x.* into d;
    continue when not found;
    return next r.id;

    if r.outcome in ('retry', 'later') and d.lane is not null then
      update public.notification_deliveries x set next_attempt_at = d.next_attempt_at
       where x.tenant_id = d.tenant_id and x.channel = d.channel and x.recipient_key = d.recipient_key and x.lane = d.lane
         and x.status = 'PENDING' and x.next_attempt_at < d.next_attempt_at and (x.event_at, x.event_id) > (d.event_at, d.event_id);
    end if;
    continue when r.outcome = 'later';

    if r.outcome in ('retry', 'dead') then
      update public.notification_events e
         set last_error = r.cause, last_attempt_at = p_now, dispatch_attempts = greatest(e.dispatch_attempts, d.attempts),
             error_history = public.notification_history(e.error_history, d.attempts, p_now, coalesce(r.error, r.cause), d.channel),
             channel_results = e.channel_results || jsonb_build_object(d.channel, jsonb_build_object('status', 'failed', 'attemptedAt', p_now, 'lastError', r.cause))
       where e.created_at = d.event_at and e.id = d.event_id;
    else
      update public.notification_events e
         set last_attempt_at = p_now,
             channel_results = e.channel_results || jsonb_build_object(d.channel, jsonb_build_object('status', 'dispatched', 'attemptedAt', p_now))
       where e.created_at = d.event_at and e.id = d.event_id;
    end if;

    if r.outcome = 'dead' then
      perform public.notification_audit(d.tenant_id, null, 'panorama.notification.dead', 'notification_event', d.event_id::text,
        (select jsonb_build_object('eventType', e.event_type, 'attempts', d.attempts, 'channel', d.channel)
           from public.notification_events e where e.created_at = d.event_at and e.id = d.event_id));
    end if;
    if r.suppress is not null then
      insert into public.mail_suppressions (id, tenant_id, email, reason, detail, event_type, created_at)
      select public.panorama_uuid7(), d.tenant_id, lower(r.suppress), 'hard_bounce', r.error, e.event_type, p_now
        from public.notification_events e where e.created_at = d.event_at and e.id = d.event_id
      on conflict (tenant_id, email) where released_at is null do nothing;
    end if;
    perform public.notification_roll_up(p_now, d.event_at, d.event_id);

    -- Ten failures in five minutes open the breaker for five; then one that works closes it and one that fails opens it again.
    if r.outcome = 'retry' and r."notCounted" is not true then
      insert into public.notification_breakers as k (tenant_id, channel, failures, window_from) values (d.tenant_id, d.channel, 1, p_now)
      on conflict (tenant_id, channel) do update
        set failures = case when k.window_from < p_now - interval '5 minutes' then 1 else k.failures + 1 end,
            window_from = case when k.window_from < p_now - interval '5 minutes' then p_now else k.window_from end
      returning k.* into b;
      if (b.failures >= 10 and b.opened_until is null) or b.opened_until <= p_now then
        update public.notification_breakers k set opened_until = p_now + interval '5 minutes', failures = 0, window_from = p_now
         where k.tenant_id = d.tenant_id and k.channel = d.channel;
        if b.opened_until is null then
          perform public.notification_audit(d.tenant_id, null, 'panorama.notification.channel_breaker_opened', 'notification_channel', d.channel, '{}');
        end if;
      end if;
    elsif r.outcome not in ('retry', 'dead') then
      delete from public.notification_breakers k
       where k.tenant_id = d.tenant_id and k.channel = d.channel and k.opened_until <= p_now;
      if found then
        perform public.notification_audit(d.tenant_id, null, 'panorama.notification.channel_breaker_closed', 'notification_channel', d.channel, '{}');
      end if;
    end if;
  end loop;
end $$;

-- Whose worker died: the attempt counts, since the mail may have left.
create function notification_rescue(p_now timestamptz, p_dead_before timestamptz, p_limit int default 500) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare d record; n int := 0;
begin
  for d in select x.event_at, x.id, x.event_id, x.tenant_id, x.channel, x.attempts, x.first_attempt_at, e.event_type
             from public.notification_deliveries x join public.notification_events e on e.created_at = x.event_at and e.id = x.event_id
            where x.status = 'IN_PROGRESS' and x.lease_until < p_now
            order by x.event_at, x.event_id, x.id limit p_limit for update of x, e skip locked loop
    update public.notification_deliveries x
       set status = case when d.first_attempt_at < p_dead_before then 'DEAD' else 'FAILED' end, fence = x.fence + 1, lease_owner = null, lease_until = null,
           next_attempt_at = p_now, cause = 'lease_expired', last_error = 'lease_expired', updated_at = p_now,
           finished_at = case when d.first_attempt_at < p_dead_before then p_now end
     where x.event_at = d.event_at and x.id = d.id;
    update public.notification_events e
       set last_error = 'lease_expired', error_history = public.notification_history(e.error_history, d.attempts, p_now, 'lease_expired', d.channel)
     where e.created_at = d.event_at and e.id = d.event_id;
    perform public.notification_audit(d.tenant_id, null, 'panorama.notification.rescued', 'notification_event', d.event_id::text,
      jsonb_build_object('eventType', d.event_type));
    if d.first_attempt_at < p_dead_before then
      perform public.notification_audit(d.tenant_id, null, 'panorama.notification.dead', 'notification_event', d.event_id::text,
        jsonb_build_object('eventType', d.event_type, 'attempts', d.attempts, 'channel', d.channel));
    end if;
    perform public.notification_roll_up(p_now, d.event_at, d.event_id);
    n := n + 1;
  end loop;
  return n;
end $$;

-- One batch of what is older than its organisation keeps it. 0 is the end.
create function notification_prune(p_now timestamptz, p_limit int default 1000) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare t record; v_at timestamptz[]; v_id uuid[]; n int := 0; m int;
begin
  for t in select x.id, p_now - make_interval(days => greatest(coalesce(x.notification_retention_days, 90), 7)) as done, p_now - interval '365 days' as dead
             from public.tenants x union all select null, p_now - interval '90 days', p_now - interval '365 days' loop
    select array_agg(o.created_at), array_agg(o.id) into v_at, v_id from (
      select e.created_at, e.id from public.notification_events e
       where e.tenant_id is not distinct from t.id and ((e.status = 'DISPATCHED' and e.created_at < t.done) or (e.status = 'DEAD' and e.created_at < t.dead))
       order by e.created_at, e.id limit p_limit - n for update skip locked) o;
    if v_id is not null then
      delete from public.notification_deliveries d using unnest(v_at, v_id) k(at, id) where d.event_at = k.at and d.event_id = k.id;
      delete from public.notification_dedup x using unnest(v_id) k(id) where x.event_id = k.id;
      delete from public.notification_events e using unnest(v_at, v_id) k(at, id) where e.created_at = k.at and e.id = k.id;
      perform public.notification_audit(t.id, null, 'panorama.notification.pruned', 'notification_event', null, jsonb_build_object('count', cardinality(v_id)));
      n := n + cardinality(v_id);
    end if;
    exit when n >= p_limit;
    if t.id is not null then
      delete from public.notices x where x.tenant_id = t.id and x.id in (
        select y.id from public.notices y where y.tenant_id = t.id and y.created_at < t.done order by y.created_at limit p_limit - n);
      get diagnostics m = row_count;
      n := n + m;
    end if;
    exit when n >= p_limit;
  end loop;
  return n;
end $$;

-- Whole months that nobody keeps any more.
create function notification_drop_months(p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare part text; v_before date; dropped int := 0;
begin
  select (p_now at time zone 'UTC')::date - greatest(366, coalesce(max(t.notification_retention_days), 0) + 1) into v_before from public.tenants t;
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent in ('public.notification_events'::regclass, 'public.notification_deliveries'::regclass)
                 and c.relname ~ '^notification_(events|deliveries)_\d{4}_\d{2}$' order by 1 loop
    continue when (to_date(right(part, 7), 'YYYY_MM') + interval '1 month')::date > v_before;
    execute format('drop table public.%I', part);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

-- Dead letters. Inside, for the Cli and for an owner alike:
create function notification_requeue_rows(p_tenant uuid, p_actor uuid, p_at timestamptz[], p_ids uuid[], p_reason text, p_discard boolean default false) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := date_trunc('milliseconds', clock_timestamp()); e record; n int := 0;
begin
  for e in select x.created_at, x.id from public.notification_events x
            where (x.created_at, x.id) in (select d.event_at, d.event_id from public.notification_deliveries d join unnest(p_at, p_ids) k(at, id) on d.event_at = k.at and d.id = k.id
                    where d.tenant_id is not distinct from p_tenant and d.status = 'DEAD')
            order by x.created_at, x.id for update loop
    if not p_discard and exists (select 1 from public.notification_deliveries d where d.event_at = e.created_at and d.event_id = e.id and d.channel = 'event') then
      delete from public.notification_deliveries d where d.event_at = e.created_at and d.event_id = e.id and d.channel = 'event';
      update public.notification_events x set status = 'PENDING', available_at = v_now, updated_at = v_now where x.created_at = e.created_at and x.id = e.id;
      n := n + 1;
      continue;
    end if;
    update public.notification_deliveries d
       set status = case when p_discard then 'DISPATCHED' else 'PENDING' end, outcome = case when p_discard then 'discarded' end, next_attempt_at = v_now,
           first_attempt_at = case when p_discard then d.first_attempt_at end, attempts = case when p_discard then d.attempts else 0 end,
           finished_at = case when p_discard then v_now end, digest_at = null, updated_at = v_now
      from unnest(p_at, p_ids) k(at, id)
     where d.event_at = k.at and d.id = k.id and d.event_at = e.created_at and d.event_id = e.id and d.status = 'DEAD';
    n := n + 1;
    perform public.notification_roll_up(v_now, e.created_at, e.id);
  end loop;
  if n > 0 then
    perform public.notification_audit(p_tenant, p_actor, case when p_discard then 'panorama.notification.discarded' else 'panorama.notification.requeued' end,
      'notification_delivery', case when cardinality(p_ids) = 1 then p_ids[1]::text end, jsonb_build_object('count', n, 'reason', left(p_reason, 500)));
    perform pg_notify('panorama_work', 'notifications');
  end if;
  return n;
end $$;

-- The next batch of an organisation's dead letters, oldest first; 0 when there are none. Requeued ones are no longer dead, so calling again goes on.
create function notification_requeue_batch(p_tenant uuid, p_actor uuid, p_reason text, p_limit int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_at timestamptz[]; v_ids uuid[];
begin
  select array_agg(o.event_at), array_agg(o.id) into v_at, v_ids from (
    select d.event_at, d.id from public.notification_deliveries d
     where d.tenant_id is not distinct from p_tenant and d.status = 'DEAD' order by d.event_at, d.id limit least(p_limit, 1000)) o;
  if v_ids is null then return 0; end if;
  perform public.notification_requeue_rows(p_tenant, p_actor, v_at, v_ids, p_reason);
  return cardinality(v_ids);
end $$;

create function notification_owner() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare t uuid := public.panorama_current_tenant();
begin
  if not exists (select 1 from public.tenant_memberships m
                  where m.tenant_id = t and m.user_id = public.panorama_current_actor() and m.status = 'active' and m.role = 'owner') then
    raise exception 'owner_required' using errcode = '42501';
  end if;
  return t;
end $$;

create function notification_dead_letters(p_limit int, p_before timestamptz default null, p_before_id uuid default null)
returns table (event_at timestamptz, id uuid, event_id uuid, event_type text, channel text, recipient_user_id uuid, attempts int, cause text, last_error text,
  died_at timestamptz, resource_type text, resource_id uuid, error_history jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.event_at, d.id, d.event_id, e.event_type, d.channel, case when d.recipient_key ~ '^[0-9a-f-]{36}$' then d.recipient_key::uuid end, d.attempts, d.cause, d.last_error,
         d.finished_at, e.resource_type, e.resource_id, e.error_history
    from public.notification_deliveries d join public.notification_events e on e.created_at = d.event_at and e.id = d.event_id
   where d.tenant_id = (select public.notification_owner()) and d.status = 'DEAD'
     and (p_before is null or (d.event_at, d.id) < (p_before, p_before_id))
   order by d.event_at desc, d.id desc limit least(p_limit, 201)
$$;

create function notification_dead_causes() returns table (event_type text, channel text, cause text, count bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.event_type, d.channel, d.cause, count(*)
    from public.notification_deliveries d join public.notification_events e on e.created_at = d.event_at and e.id = d.event_id
   where d.tenant_id = (select public.notification_owner()) and d.status = 'DEAD'
   group by 1, 2, 3 order by 4 desc, 1, 2, 3
$$;

create function notification_requeue(p_event_at timestamptz[], p_ids uuid[], p_reason text) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select public.notification_requeue_rows(public.notification_owner(), public.panorama_current_actor(), p_event_at, p_ids, p_reason)
$$;

create function notification_requeue_all(p_reason text, p_limit int) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select public.notification_requeue_batch(public.notification_owner(), public.panorama_current_actor(), p_reason, p_limit)
$$;

create function notification_discard(p_event_at timestamptz[], p_ids uuid[], p_reason text) returns int
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
  select public.notification_requeue_rows(public.notification_owner(), public.panorama_current_actor(), p_event_at, p_ids, p_reason, true)
$$;

-- One click in a mail ends mails of that organisation to that address. The token names both and the database alone can mint it, so nobody is signed in
-- and no key is shared. It is as old as the key: a restored database does not know tokens of before.
create function notification_unsubscribe_token(p_tenant uuid, p_user uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select encode(uuid_send(p_tenant) || uuid_send(p_user) || extensions.hmac('unsubscribe'::bytea || uuid_send(p_tenant) || uuid_send(p_user), k.secret, 'sha256'), 'hex')
    from public.context_keys k where k.id = 1
$$;

create function notification_unsubscribe(p_token text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare t uuid; u uuid;
begin
  if p_token is null or p_token !~ '^[0-9a-f]{128}$' then return false; end if;
  t := left(p_token, 32)::uuid; u := substr(p_token, 33, 32)::uuid;
  if public.notification_unsubscribe_token(t, u) is distinct from p_token then return false; end if;
  insert into public.mail_suppressions (id, tenant_id, email, reason, detail)
  select public.panorama_uuid7(), t, lower(x.email), 'unsubscribed', null
    from public.users x join public.tenant_memberships m on m.user_id = x.id and m.tenant_id = t where x.id = u and x.email is not null
  on conflict (tenant_id, email) where released_at is null do nothing;
  return true;
end $$;

do $$
declare f record;
begin
  for f in select p.oid::regprocedure as name from pg_proc p
            where p.pronamespace = 'public'::regnamespace and p.proname ~ '^notification_' order by 1 loop
    execute format('revoke all on function %s from public', f.name);
    execute format('alter function %s owner to panorama_definer', f.name);
  end loop;
end $$;
grant execute on function notification_due(), notification_take(timestamptz, int, int, uuid), notification_fan_out(timestamptz, jsonb),
  notification_claim(timestamptz, text, int, int, interval, uuid), notification_renew(timestamptz, interval, timestamptz[], uuid[], bigint[]),
  notification_settle(timestamptz, jsonb), notification_rescue(timestamptz, timestamptz, int), notification_prune(timestamptz, int), notification_drop_months(timestamptz),
  notification_requeue_batch(uuid, uuid, text, int), notification_unsubscribe_token(uuid, uuid) to panorama_super_admin;
grant execute on function notification_dead_letters(int, timestamptz, uuid), notification_dead_causes(), notification_requeue(timestamptz[], uuid[], text),
  notification_requeue_all(text, int), notification_discard(timestamptz[], uuid[], text), notification_unsubscribe(text) to panorama_app;

-- Two things that a person is told of whatever they chose: another password, and a browser never seen before.
create or replace function auth_password_set(p_session bytea, p_secret text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s public.sessions := public.session_row(p_session);
begin
  if s.id is null then return false; end if;
  update public.auth_identities i set secret_hash = p_secret where i.user_id = s.user_id and i.provider = 'password';
  if not found then return false; end if;
  update public.sessions x set revoked_at = date_trunc('milliseconds', clock_timestamp())
   where x.user_id = s.user_id and x.id <> s.id and x.revoked_at is null;
  perform public.audit_person(s.user_id, 'panorama.auth.password_changed', 'auth_identity', s.user_id::text, '{}');
  if s.tenant_id is not null then
    insert into public.notification_events (id, tenant_id, event_type, actor_user_id, resource_type, resource_id, payload)
    values (public.panorama_uuid7(), s.tenant_id, 'panorama.auth.password_changed', s.user_id, 'auth_identity', s.user_id, jsonb_build_object('userId', s.user_id));
  end if;
  return true;
end $$;

create function session_announce() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select 1 from public.sessions s where s.user_id = new.user_id and s.created_at < new.created_at)
    and not exists (select 1 from public.sessions s where s.user_id = new.user_id and s.id <> new.id and s.user_agent is not distinct from new.user_agent) then
    insert into public.notification_events (id, tenant_id, event_type, actor_user_id, resource_type, resource_id, payload)
    values (public.panorama_uuid7(), new.tenant_id, 'panorama.auth.signed_in_elsewhere', new.user_id, 'session', new.id,
            jsonb_build_object('userId', new.user_id, 'sessionId', new.id));
  end if;
  return null;
end $$;
revoke all on function session_announce() from public;
alter function session_announce() owner to panorama_definer;
create trigger sessions_announce after insert on sessions for each row when (new.tenant_id is not null) execute function session_announce();
