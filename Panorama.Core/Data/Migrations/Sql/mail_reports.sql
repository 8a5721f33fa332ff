-- What a mail provider reports: the address gets no more mail of any organisation that its person is an active member of. One that was released
-- since is suppressed anew; who has no account with that address is nobody's business.
create function mail_report(p_emails text[], p_reasons text[], p_details text[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  insert into public.mail_suppressions (id, tenant_id, email, reason, detail)
  select distinct on (m.tenant_id, r.email) public.panorama_uuid7(), m.tenant_id, r.email, r.reason, r.detail
    from unnest(p_emails, p_reasons, p_details) r(email, reason, detail)
    join public.users u on lower(u.email) = r.email
    join public.tenant_memberships m on m.user_id = u.id and m.status = 'active' and m.role <> 'system'
  on conflict (tenant_id, email) where released_at is null do nothing;
  get diagnostics n = row_count;
  return n;
end $$;
revoke all on function mail_report(text[], text[], text[]) from public;
alter function mail_report(text[], text[], text[]) owner to panorama_definer;
grant execute on function mail_report(text[], text[], text[]) to panorama_auth;

-- Counts deliveries, and those that moved: two of one event are two, and one that somebody else moved meanwhile is none and leaves no audit row.
create or replace function notification_requeue_rows(p_tenant uuid, p_actor uuid, p_at timestamptz[], p_ids uuid[], p_reason text, p_discard boolean default false) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := date_trunc('milliseconds', clock_timestamp()); e record; n int := 0; v_moved int;
begin
  for e in select x.created_at, x.id from public.notification_events x
            where (x.created_at, x.id) in (select d.event_at, d.event_id from public.notification_deliveries d join unnest(p_at, p_ids) k(at, id) on d.event_at = k.at and d.id = k.id
                    where d.tenant_id is not distinct from p_tenant and d.status = 'DEAD')
            order by x.created_at, x.id for update loop
    if not p_discard then
      delete from public.notification_deliveries d
       where d.event_at = e.created_at and d.event_id = e.id and d.channel = 'event' and d.status = 'DEAD';
      get diagnostics v_moved = row_count;
      if v_moved > 0 then
        update public.notification_events x set status = 'PENDING', available_at = v_now, updated_at = v_now where x.created_at = e.created_at and x.id = e.id;
        n := n + v_moved;
        continue;
      end if;
    end if;
    update public.notification_deliveries d
       set status = case when p_discard then 'DISPATCHED' else 'PENDING' end, outcome = case when p_discard then 'discarded' end, next_attempt_at = v_now,
           first_attempt_at = case when p_discard then d.first_attempt_at end, attempts = case when p_discard then d.attempts else 0 end,
           finished_at = case when p_discard then v_now end, digest_at = null, updated_at = v_now
      from unnest(p_at, p_ids) k(at, id)
     where d.event_at = k.at and d.id = k.id and d.event_at = e.created_at and d.event_id = e.id and d.status = 'DEAD';
    get diagnostics v_moved = row_count;
    continue when v_moved = 0;
    n := n + v_moved;
    perform public.notification_roll_up(v_now, e.created_at, e.id);
  end loop;
  if n > 0 then
    perform public.notification_audit(p_tenant, p_actor, case when p_discard then 'panorama.notification.discarded' else 'panorama.notification.requeued' end,
      'notification_delivery', case when cardinality(p_ids) = 1 then p_ids[1]::text end, jsonb_build_object('count', n, 'reason', left(p_reason, 500)));
    perform pg_notify('panorama_work', 'notifications');
  end if;
  return n;
end $$;
