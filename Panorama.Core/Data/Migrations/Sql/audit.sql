-- Writers name neither tenant, actor nor time: INSERT is granted on six columns and these are the defaults of the others.
alter table audit_events alter column tenant_id     set default panorama_current_tenant(),
                         alter column actor_user_id set default panorama_current_actor();
alter table audit_personal alter column tenant_id   set default panorama_current_tenant();

-- For rows that functions and triggers write: millisecond clock, version 7, variant 2, the rest random.
create function panorama_uuid7() returns uuid language sql volatile set search_path = pg_catalog, pg_temp as $$
  select encode(substr(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 3)
           || set_byte(set_byte(r.b, 0, (get_byte(r.b, 0) & 15) | 112), 2, (get_byte(r.b, 2) & 63) | 128), 'hex')::uuid
    from (select substr(uuid_send(gen_random_uuid()), 7) as b) r
$$;

-- Canonical form, version 1: netstrings, null is "-,". What is hashed is what can be read back.
create function audit_netstring(p text) returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as
$$ select case when p is null then '-,' else octet_length(convert_to(p, 'UTF8')) || ':' || p || ',' end $$;

create function audit_digest(p_prev bytea, p_chain uuid, p_seq bigint, p_event uuid, p_at timestamptz, p_tenant uuid, p_actor uuid,
    p_action text, p_type text, p_resource text, p_metadata jsonb, p_personal bytea) returns bytea
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select sha256(p_prev || convert_to('v1,'
    || public.audit_netstring(p_chain::text) || public.audit_netstring(p_seq::text) || public.audit_netstring(p_event::text)
    || public.audit_netstring(to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    || public.audit_netstring(p_tenant::text) || public.audit_netstring(p_actor::text)
    || public.audit_netstring(p_action) || public.audit_netstring(p_type) || public.audit_netstring(p_resource)
    || public.audit_netstring(p_metadata::text) || public.audit_netstring(encode(p_personal, 'hex')), 'UTF8'))
$$;

create function audit_enqueue() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.audit_queue (chain_id, event_at, event_id)
  values (coalesce(new.tenant_id, '00000000-0000-0000-0000-000000000000'), new.occurred_at, new.id);
  return null;
end $$;

create function audit_refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'audit_seals' and tg_op = 'DELETE' and current_user = 'panorama_definer' then return old; end if;  -- audit_prune
  raise exception 'audit_is_append_only' using errcode = '42501';
end $$;

-- A chain is one row lock, so any number of Workers may seal; who does not get a chain moves on.
create function audit_seal(p_per_chain int default 500) returns table (sealed_chain uuid, sealed bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c uuid; head public.audit_chains%rowtype; e record; v_seq bigint; v_hash bytea; v_new bytea;
begin
  insert into public.audit_chains (chain_id)
  select distinct q.chain_id from public.audit_queue q
   where not exists (select 1 from public.audit_chains h where h.chain_id = q.chain_id)
  on conflict do nothing;
  for c in select h.chain_id from public.audit_chains h
            where exists (select 1 from public.audit_queue q where q.chain_id = h.chain_id) loop
    select h.* into head from public.audit_chains h where h.chain_id = c for update skip locked;
    continue when not found;                                   -- the other sealer has this chain
    v_seq := head.last_seq; v_hash := head.last_hash;
    for e in select x.* from public.audit_queue q
               join public.audit_events x on x.occurred_at = q.event_at and x.id = q.event_id
              where q.chain_id = c order by q.event_at, q.event_id limit p_per_chain loop
      v_seq := v_seq + 1;
      v_new := public.audit_digest(v_hash, c, v_seq, e.id, e.occurred_at, e.tenant_id, e.actor_user_id,
                                   e.action, e.resource_type, e.resource_id, e.metadata, e.personal_hash);
      insert into public.audit_seals (chain_id, seq, event_id, event_at, prev_hash, hash)
      values (c, v_seq, e.id, e.occurred_at, v_hash, v_new);
      v_hash := v_new;
    end loop;
    -- exactly the rows sealed above, never "everything older": a late commit may carry an earlier time
    delete from public.audit_queue q using public.audit_seals s
     where s.chain_id = c and s.seq > head.last_seq and q.chain_id = c and q.event_at = s.event_at and q.event_id = s.event_id;
    update public.audit_chains h set last_seq = v_seq, last_hash = v_hash where h.chain_id = c;
    sealed_chain := c; sealed := v_seq - head.last_seq; return next;
  end loop;
end $$;

-- gap, link, digest, missing, truncated; no row is a chain that holds.
create function audit_verify(p_chain uuid, p_from bigint default 1) returns table (seq bigint, reason text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s record; v_seq bigint; v_hash bytea; head public.audit_chains%rowtype; first boolean := true;
begin
  select * into head from public.audit_chains h where h.chain_id = p_chain;
  for s in select x.seq, x.prev_hash, x.hash, x.event_id, x.event_at, e.id, e.occurred_at, e.tenant_id, e.actor_user_id, e.action,
                  e.resource_type, e.resource_id, e.metadata, e.personal_hash
             from public.audit_seals x left join public.audit_events e on e.occurred_at = x.event_at and e.id = x.event_id
            where x.chain_id = p_chain and x.seq >= p_from order by x.seq loop
    if first then
      first := false; v_seq := s.seq - 1;
      if s.seq = 1 then v_hash := decode(repeat('00', 32), 'hex');
      else
        select k.hash into v_hash from public.audit_checkpoints k where k.chain_id = p_chain and k.seq = s.seq - 1;
        if not found then select x.hash into v_hash from public.audit_seals x where x.chain_id = p_chain and x.seq = s.seq - 1; end if;
        if v_hash is null then seq := s.seq; reason := 'gap'; return next; v_hash := s.prev_hash; end if;
      end if;
    end if;
    if s.seq <> v_seq + 1 then seq := s.seq; reason := 'gap'; return next; end if;
    if s.prev_hash <> v_hash then seq := s.seq; reason := 'link'; return next; end if;
    if s.id is null then seq := s.seq; reason := 'missing'; return next;
    elsif s.hash <> public.audit_digest(s.prev_hash, p_chain, s.seq, s.id, s.occurred_at, s.tenant_id, s.actor_user_id,
                       s.action, s.resource_type, s.resource_id, s.metadata, s.personal_hash)
       or coalesce(s.tenant_id, '00000000-0000-0000-0000-000000000000') <> p_chain then
      seq := s.seq; reason := 'digest'; return next;
    end if;
    v_seq := s.seq; v_hash := s.hash;
  end loop;
  if head.last_seq > coalesce(v_seq, p_from - 1) or head.last_hash <> coalesce(v_hash, head.last_hash) then
    seq := head.last_seq; reason := 'truncated'; return next;
  end if;
end $$;

-- Whole months, never younger than twelve, each chain anchored by a checkpoint outside the database.
create function audit_prune(p_before date) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare part text; last_day date; dropped int := 0; c record;
begin
  if p_before > (date_trunc('month', now()) - interval '12 months')::date then raise exception 'audit_prune_too_recent' using errcode = '22023'; end if;
  lock table public.audit_chains in share row exclusive mode;                       -- no sealing meanwhile
  for part in select x.relname from pg_inherits i join pg_class x on x.oid = i.inhrelid
               where i.inhparent = 'public.audit_events'::regclass and x.relname ~ '^audit_events_\d{4}_\d{2}$' order by 1 loop
    last_day := (to_date(right(part, 7), 'YYYY_MM') + interval '1 month')::date;    -- first day that is kept
    continue when last_day > p_before;
    if exists (select 1 from public.audit_queue q where q.event_at < last_day) then raise exception 'audit_prune_unsealed' using errcode = '55000'; end if;
    -- per chain: the last seal that goes must be at or below an anchored checkpoint, and nothing kept may lie before it
    for c in select s.chain_id, max(s.seq) as seq from public.audit_seals s where s.event_at < last_day group by 1 loop
      if not exists (select 1 from public.audit_checkpoints k where k.chain_id = c.chain_id and k.seq = c.seq and k.object_key is not null)
        then raise exception 'audit_prune_not_anchored' using errcode = '55000', detail = c.chain_id || ' ' || c.seq; end if;
      if exists (select 1 from public.audit_seals s where s.chain_id = c.chain_id and s.seq < c.seq and s.event_at >= last_day)
        then raise exception 'audit_prune_overlap' using errcode = '55000', detail = c.chain_id || ' ' || c.seq; end if;
      insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
      values (public.panorama_uuid7(), nullif(c.chain_id, '00000000-0000-0000-0000-000000000000'), null, 'panorama.audit.pruned', 'audit_chain', c.chain_id::text,
              jsonb_build_object('throughSeq', c.seq, 'month', right(part, 7)));
      delete from public.audit_seals s where s.chain_id = c.chain_id and s.seq <= c.seq;
    end loop;
    delete from public.audit_personal p where p.occurred_at < last_day;
    execute format('drop table public.%I', part);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

-- The side rows go, salt included; the chain keeps the commitment and stays verifiable.
create function audit_erase(p_tenant uuid, p_email text, p_reason text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n bigint;
begin
  delete from public.audit_personal p where p.tenant_id is not distinct from p_tenant and p.email = lower(p_email);
  get diagnostics n = row_count;
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, metadata)
  values (public.panorama_uuid7(), p_tenant, public.panorama_current_actor(), 'panorama.audit.personal_erased', 'audit_chain',
          jsonb_build_object('count', n, 'reason', p_reason));
  return n;
end $$;

-- What waits for a seal; the Worker itself may not read the queue.
create function audit_tail() returns table (queued bigint, oldest_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*), min(q.event_at)::timestamptz from public.audit_queue q
$$;

-- An event that is neither sealed nor queued, or a side row that does not match its commitment.
create function audit_stray(p_chain uuid, p_limit int default 100) returns table (event_id uuid, event_at timestamptz, reason text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  (select e.id, e.occurred_at::timestamptz, 'unsealed'
     from public.audit_events e
    where e.tenant_id is not distinct from nullif(p_chain, '00000000-0000-0000-0000-000000000000')
      and not exists (select 1 from public.audit_seals s where s.event_id = e.id)
      and not exists (select 1 from public.audit_queue q where q.chain_id = p_chain and q.event_at = e.occurred_at and q.event_id = e.id)
    limit p_limit)
  union all
  (select p.event_id, p.occurred_at::timestamptz, 'personal'
     from public.audit_personal p left join public.audit_events e on e.id = p.event_id
    where p.tenant_id is not distinct from nullif(p_chain, '00000000-0000-0000-0000-000000000000')
      and (e.id is null or e.personal_hash is distinct from sha256(p.salt || convert_to(
             public.audit_netstring(p.ip_address) || public.audit_netstring(p.user_agent) || public.audit_netstring(p.email), 'UTF8')))
    limit p_limit)
$$;
