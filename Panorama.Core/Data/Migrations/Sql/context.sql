-- The tenant of a transaction is minted by the database: a setting that anybody may set is no wall, so its value carries a MAC over
-- tenant, backend and transaction timestamp under a key that only the definer can read. A forged or replayed value is NULL: no rows.

-- EXECUTE for nobody but the definer: whoever may call it mints contexts.
create function panorama_context_mac(p_purpose int, p_id uuid, p_tenant uuid) returns text
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select encode(extensions.hmac(
           int4send(p_purpose) || uuid_send(p_id) || uuid_send(p_tenant)
             || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp()),
           k.secret, 'sha256'), 'hex')
    from public.context_keys k where k.id = 1
$$;

create function panorama_context_set(p_tenant uuid, p_actor uuid) returns void
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('panorama.current_tenant', p_tenant || ':' || public.panorama_context_mac(1, p_tenant, p_tenant), true),
          set_config('panorama.current_actor',
            case when p_actor is null then '' else p_actor || ':' || public.panorama_context_mac(2, p_actor, p_tenant) end, true);
end $$;

-- Policies and column defaults call these two.
create function panorama_current_tenant() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare v text := current_setting('panorama.current_tenant', true); t uuid;
begin
  if v is null or v !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{64}$' then return null; end if;
  t := left(v, 36)::uuid;             -- no exception block: a subtransaction fails inside a parallel plan
  if substr(v, 37) = ':' || public.panorama_context_mac(1, t, t) then return t; end if;
  return null;
end $$;

create function panorama_current_actor() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare v text := current_setting('panorama.current_actor', true); a uuid; t uuid := public.panorama_current_tenant();
begin
  if t is null or v is null or v !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{64}$' then return null; end if;
  a := left(v, 36)::uuid;
  if substr(v, 37) = ':' || public.panorama_context_mac(2, a, t) then return a; end if;
  return null;
end $$;

-- The first statement of a request: no row is 401, a row without tenant may only accept an invitation, switch or sign out.
create function session_open(p_token_hash bytea)
returns table (session_id uuid, user_id uuid, tenant_id uuid, membership_id uuid, role text, is_vip boolean, auth_level smallint, provider text)
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s public.sessions%rowtype; m public.tenant_memberships%rowtype; v_now timestamptz := clock_timestamp();
begin
  select x.* into s from public.sessions x join public.users u on u.id = x.user_id
   where x.token_hash = p_token_hash and x.revoked_at is null
     and x.idle_expires_at > v_now and x.absolute_expires_at > v_now
     and u.status = 'ACTIVE' and u.deleted_at is null;
  if not found then return; end if;                                   -- no row: 401 authentication_required
  if s.last_seen_at < v_now - interval '5 minutes' and current_setting('transaction_read_only') = 'off' then
    update public.sessions set last_seen_at = date_trunc('milliseconds', v_now),
           idle_expires_at = least(absolute_expires_at, date_trunc('milliseconds', v_now) + make_interval(secs => idle_seconds))
     where id = (select id from public.sessions where id = s.id for no key update skip locked);
  end if;
  select x.* into m from public.tenant_memberships x join public.tenants t on t.id = x.tenant_id
   where x.user_id = s.user_id and x.status = 'active' and x.role <> 'system' and t.deleted_at is null
   order by (x.tenant_id = s.tenant_id) desc nulls last, x.created_at, x.id limit 1;
  if found and s.tenant_id is not null then                           -- a lost membership falls back to the oldest other one
    perform public.panorama_context_set(m.tenant_id, s.user_id);
    return query select s.id, s.user_id, m.tenant_id, m.id, m.role, m.is_vip, s.auth_level, s.provider;
  else                                                                -- signed in without a tenant: may accept an invitation or switch
    return query select s.id, s.user_id, null::uuid, null::uuid, null::text, false, s.auth_level, s.provider;
  end if;
end $$;

-- Membership, account and tenant are read each time: a revocation is seen by the next call.
create function token_open(p_token_hash bytea)
returns table (token_id uuid, user_id uuid, tenant_id uuid, role text, is_vip boolean, scopes text[], refused text)
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare t public.personal_access_tokens%rowtype; m record; v_now timestamptz := clock_timestamp();
begin
  select x.* into t from public.personal_access_tokens x where x.token_hash = p_token_hash;
  if not found or t.revoked_at is not null or t.expires_at <= v_now then
    return query select null::uuid, null::uuid, null::uuid, null::text, false, null::text[], 'invalid_token'; return;
  end if;
  select m.role, m.is_vip, m.status, u.status as user_status, u.deleted_at as user_deleted, n.deleted_at as tenant_deleted into m
    from public.tenant_memberships m join public.users u on u.id = m.user_id join public.tenants n on n.id = m.tenant_id
   where m.tenant_id = t.tenant_id and m.user_id = t.user_id;
  if not found or m.status = 'removed' or m.tenant_deleted is not null then
    return query select t.id, t.user_id, t.tenant_id, null::text, false, null::text[], 'not_a_member'; return;
  elsif m.status <> 'active' or m.user_status <> 'ACTIVE' or m.user_deleted is not null then
    return query select t.id, t.user_id, t.tenant_id, null::text, false, null::text[], 'user_suspended'; return;
  end if;
  perform public.panorama_context_set(t.tenant_id, t.user_id);
  return query select t.id, t.user_id, t.tenant_id, m.role, m.is_vip, t.scopes, null::text;
end $$;

-- Worker and Cli: the same context without a session, so that shared code and column defaults behave alike.
create function tenant_open(p_tenant uuid, p_actor uuid default null) returns boolean
language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select 1 from public.tenants t where t.id = p_tenant and t.deleted_at is null) then return false; end if;
  perform public.panorama_context_set(p_tenant, p_actor);
  return true;
end $$;

-- The boot check of every process.
create function schema_version() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select h.id from public.schema_history h order by h.id desc limit 1 $$;
