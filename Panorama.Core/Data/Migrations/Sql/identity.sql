create function auth_password_lookup(p_email text) returns table (user_id uuid, identity_id uuid, secret_hash text, user_status text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.id, i.id, i.secret_hash, case when u.deleted_at is null then u.status else 'DEACTIVATED' end
    from public.auth_identities i join public.users u on u.id = i.user_id
   where i.provider = 'password' and i.subject = lower(p_email)
$$;

-- Whether the person signed in from the address in the last 30 days. Sessions that ended count until they are cleaned up.
create function auth_address_known(p_email text, p_ip text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from public.auth_identities i join public.sessions s on s.user_id = i.user_id
                  where i.provider = 'password' and i.subject = lower(p_email)
                    and s.ip = p_ip and s.created_at > clock_timestamp() - interval '30 days')
$$;

create function session_create(p_id uuid, p_user uuid, p_token_hash bytea, p_provider text, p_auth_level smallint,
                               p_idle interval, p_absolute interval, p_ip text, p_user_agent text, p_metadata jsonb default '{}')
returns table (tenant_id uuid)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp()); v_tenant uuid; v_email text;
        v_event uuid := public.panorama_uuid7(); v_salt bytea := extensions.gen_random_bytes(16);
        v_action text := 'panorama.auth.' || case p_provider when 'password' then 'password_login' else 'oidc_login' end;
begin
  update public.users u set last_login_at = v_now where u.id = p_user and u.status = 'ACTIVE' and u.deleted_at is null returning u.email into v_email;
  if not found then raise exception 'user_not_active' using errcode = '42501'; end if;
  select m.tenant_id into v_tenant from public.tenant_memberships m join public.tenants t on t.id = m.tenant_id
   where m.user_id = p_user and m.status = 'active' and m.role <> 'system' and t.deleted_at is null
   order by m.created_at, m.id limit 1;
  insert into public.sessions (id, token_hash, user_id, tenant_id, provider, auth_level, ip, user_agent, created_at, last_seen_at,
                               idle_expires_at, absolute_expires_at, idle_seconds)
  values (p_id, p_token_hash, p_user, v_tenant, p_provider, p_auth_level, p_ip, p_user_agent, v_now, v_now,
          v_now + p_idle, v_now + p_absolute, extract(epoch from p_idle)::int);
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata, personal_hash)
  values (v_event, v_now, null, p_user, v_action, 'session', p_id::text, p_metadata, sha256(v_salt || convert_to(
          public.audit_netstring(p_ip) || public.audit_netstring(p_user_agent) || public.audit_netstring(v_email), 'UTF8')));
  insert into public.audit_personal (event_id, tenant_id, occurred_at, salt, ip_address, user_agent, email)
  values (v_event, null, v_now, v_salt, p_ip, p_user_agent, v_email);
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  select public.panorama_uuid7(), v_now, m.tenant_id, p_user, v_action, 'session', p_id::text, p_metadata
    from public.tenant_memberships m where m.user_id = p_user and m.status = 'active' and m.role <> 'system';
  return query select v_tenant;
end $$;

-- The session of a token hash while it is good, else a row of nulls. EXECUTE for nobody but the definer.
create function session_row(p_session bytea) returns public.sessions
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.* from public.sessions s join public.users u on u.id = s.user_id
   where s.token_hash = p_session and s.revoked_at is null
     and s.idle_expires_at > clock_timestamp() and s.absolute_expires_at > clock_timestamp()
     and u.status = 'ACTIVE' and u.deleted_at is null
$$;

-- One row of the cluster chain and a copy in the chain of each tenant of the person. EXECUTE for nobody but the definer.
create function audit_person(p_user uuid, p_action text, p_type text, p_resource text, p_metadata jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
begin
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  select public.panorama_uuid7(), v_now, c.tenant_id, p_user, p_action, p_type, p_resource, p_metadata
    from (select null::uuid as tenant_id
          union all
          select m.tenant_id from public.tenant_memberships m where m.user_id = p_user and m.status = 'active' and m.role <> 'system') c;
end $$;

-- Only while the old hash still stands, so a password changed meanwhile is not undone.
create function auth_rehash(p_identity uuid, p_old text, p_new text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.auth_identities i set secret_hash = p_new
   where i.id = p_identity and i.provider = 'password' and i.secret_hash = p_old;
  return found;
end $$;

-- By someone signed in: the hash of the session, not a user id, so a mistake elsewhere cannot act for anyone.
create function auth_password_set(p_session bytea, p_secret text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s public.sessions := public.session_row(p_session);
begin
  if s.id is null then return false; end if;
  update public.auth_identities i set secret_hash = p_secret where i.user_id = s.user_id and i.provider = 'password';
  if not found then return false; end if;
  update public.sessions x set revoked_at = date_trunc('milliseconds', clock_timestamp())
   where x.user_id = s.user_id and x.id <> s.id and x.revoked_at is null;
  perform public.audit_person(s.user_id, 'panorama.auth.password_changed', 'auth_identity', s.user_id::text, '{}');
  return true;
end $$;

-- The first password of one person, once. No row: used, expired, unknown, or there is a password already.
create function setup_link_use(p_link bytea, p_secret text) returns table (user_id uuid)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp()); v_user uuid; v_email text;
begin
  select u.id, u.email into v_user, v_email
    from public.setup_links l join public.users u on u.id = l.user_id
   where l.token_hash = p_link and l.used_at is null and l.expires_at > v_now
     and u.status = 'ACTIVE' and u.deleted_at is null and u.email is not null
     and not exists (select 1 from public.auth_identities i where i.user_id = u.id and i.provider = 'password')
     for update of l;
  if not found then return; end if;
  insert into public.auth_identities (id, user_id, provider, subject, email_at_link, secret_hash, created_at)
  values (public.panorama_uuid7(), v_user, 'password', v_email, v_email, p_secret, v_now)
  on conflict do nothing;
  if not found then return; end if;
  update public.setup_links l set used_at = v_now where l.user_id = v_user and l.used_at is null;
  perform public.audit_person(v_user, 'panorama.auth.identity_linked', 'auth_identity', v_user::text,
                              '{"provider": "password", "pathTaken": "setup_link"}');
  return query select v_user;
end $$;

-- Into another of one's own tenants: a new token, the old row is revoked, the absolute end stays. No row: not a member.
create function session_switch(p_session bytea, p_tenant uuid, p_new_id uuid, p_new_hash bytea) returns table (tenant_id uuid)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s public.sessions; v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
begin
  s := public.session_row(p_session);
  if s.id is null or not exists (
    select 1 from public.tenant_memberships m join public.tenants t on t.id = m.tenant_id
     where m.user_id = s.user_id and m.tenant_id = p_tenant and m.status = 'active' and m.role <> 'system' and t.deleted_at is null) then
    return;
  end if;
  update public.sessions x set revoked_at = v_now where x.id = s.id and x.revoked_at is null;
  if not found then return; end if;      -- two switches at once: one of them
  insert into public.sessions (id, token_hash, user_id, tenant_id, provider, auth_level, ip, user_agent, created_at, last_seen_at,
                               idle_expires_at, absolute_expires_at, idle_seconds)
  values (p_new_id, p_new_hash, s.user_id, p_tenant, s.provider, s.auth_level, s.ip, s.user_agent, v_now, v_now,
          least(s.absolute_expires_at, v_now + make_interval(secs => s.idle_seconds)), s.absolute_expires_at, s.idle_seconds);
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  select public.panorama_uuid7(), v_now, c.t, s.user_id, 'panorama.auth.tenant_switched', 'session', p_new_id::text,
         jsonb_build_object('fromSessionId', s.id)
    from (values (null::uuid), (p_tenant)) c(t);
  return query select p_tenant;
end $$;

-- The overlap of SESSION_SECRET_PREVIOUS: a row found under the old secret goes on under the new one.
create function session_rekey(p_old bytea, p_new bytea) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s public.sessions := public.session_row(p_old);
begin
  if s.id is null then return false; end if;
  update public.sessions x set token_hash = p_new where x.id = s.id and x.token_hash = p_old;
  return found;
end $$;

-- Who is signed in, and where: the current tenant is found as session_open finds it; locale and zone are the person's, else the tenant's.
create function session_profile(p_session bytea)
returns table (user_id uuid, email text, display_name text, locale text, time_zone text, tenant_id uuid, role text, is_vip boolean,
               provider text, session_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s public.sessions := public.session_row(p_session);
begin
  if s.id is null then return; end if;
  return query
  select u.id, u.email, u.display_name, coalesce(u.locale, c.locale, 'en'), coalesce(u.time_zone, c.timezone, 'UTC'),
         c.tenant_id, c.role, coalesce(c.is_vip, false), s.provider, s.id
    from public.users u left join lateral (
      select m.tenant_id, m.role, m.is_vip, t.locale, t.timezone
        from public.tenant_memberships m join public.tenants t on t.id = m.tenant_id
       where s.tenant_id is not null and m.user_id = u.id and m.status = 'active' and m.role <> 'system' and t.deleted_at is null
       order by (m.tenant_id = s.tenant_id) desc, m.created_at, m.id limit 1) c on true
   where u.id = s.user_id;
end $$;

create function session_list(p_session bytea)
returns table (id uuid, provider text, auth_level smallint, ip text, user_agent text, created_at timestamptz, last_seen_at timestamptz,
               idle_expires_at timestamptz, absolute_expires_at timestamptz, is_current boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s public.sessions := public.session_row(p_session);
begin
  return query
  select x.id, x.provider, x.auth_level, x.ip, x.user_agent, x.created_at::timestamptz, x.last_seen_at::timestamptz,
         x.idle_expires_at::timestamptz, x.absolute_expires_at::timestamptz, x.id = s.id
    from public.sessions x
   where x.user_id = s.user_id and x.revoked_at is null and x.idle_expires_at > clock_timestamp() and x.absolute_expires_at > clock_timestamp()
   order by x.last_seen_at desc, x.id;
end $$;

-- Itself (sign-out) or another session of the same person.
create function session_revoke(p_session bytea, p_id uuid default null) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s public.sessions := public.session_row(p_session);
begin
  if s.id is null then return false; end if;
  update public.sessions x set revoked_at = date_trunc('milliseconds', clock_timestamp())
   where x.id = coalesce(p_id, s.id) and x.user_id = s.user_id and x.revoked_at is null;
  if not found then return false; end if;
  perform public.audit_person(s.user_id, 'panorama.auth.' || case when p_id is null then 'logout' else 'session_revoked' end,
                              'session', coalesce(p_id, s.id)::text, '{}');
  return true;
end $$;

create function session_revoke_others(p_session bytea) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s public.sessions := public.session_row(p_session); n int;
begin
  if s.id is null then return 0; end if;
  update public.sessions x set revoked_at = date_trunc('milliseconds', clock_timestamp())
   where x.user_id = s.user_id and x.id <> s.id and x.revoked_at is null;
  get diagnostics n = row_count;
  if n > 0 then
    perform public.audit_person(s.user_id, 'panorama.auth.session_revoked', 'session', null, jsonb_build_object('count', n));
  end if;
  return n;
end $$;

create function membership_list(p_session bytea)
returns table (tenant_id uuid, slug text, display_name text, locale text, time_zone text, role text, is_vip boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare s public.sessions := public.session_row(p_session);
begin
  return query
  select t.id, t.slug, t.display_name, t.locale, t.timezone, m.role, m.is_vip
    from public.tenant_memberships m join public.tenants t on t.id = m.tenant_id
   where m.user_id = s.user_id and m.status = 'active' and m.role <> 'system' and t.deleted_at is null
   order by m.created_at, m.id;
end $$;

-- A row of the cluster chain, at most one per address and minute; its count is of the refusals since the row before.
create function auth_refused(p_kind text, p_subject_hash bytea, p_ip text, p_user_agent text, p_user uuid default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp()); v_address text := coalesce(p_ip, 'unknown');
        r record; v_count int; v_event uuid := public.panorama_uuid7(); v_salt bytea; v_action text;
begin
  v_action := case p_kind when 'password' then 'panorama.auth.password_refused' when 'token' then 'panorama.pat.rejected'
                          else 'panorama.auth.' || p_kind || '_refused' end;
  insert into public.auth_refusals (address, last_at, pending, kind) values (v_address, v_now, 0, p_kind) on conflict do nothing;
  if found then
    v_count := 1;
  else
    select a.last_at, a.pending into r from public.auth_refusals a where a.address = v_address for update;
    if found and r.last_at > v_now - interval '1 minute' then
      update public.auth_refusals a set pending = a.pending + 1, kind = p_kind where a.address = v_address;
      return;
    end if;
    v_count := coalesce(r.pending, 0) + 1;
    update public.auth_refusals a set last_at = v_now, pending = 0, kind = p_kind where a.address = v_address;
  end if;
  v_salt := extensions.gen_random_bytes(16);
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata, personal_hash)
  values (v_event, v_now, null, null, v_action, 'auth_identity', null,
          jsonb_build_object('kind', p_kind, 'subjectHash', left(encode(p_subject_hash, 'hex'), 16), 'count', v_count),
          sha256(v_salt || convert_to(public.audit_netstring(p_ip) || public.audit_netstring(p_user_agent) || public.audit_netstring(null), 'UTF8')));
  insert into public.audit_personal (event_id, tenant_id, occurred_at, salt, ip_address, user_agent)
  values (v_event, null, v_now, v_salt, p_ip, p_user_agent);
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  select public.panorama_uuid7(), v_now, m.tenant_id, null, v_action, 'auth_identity', null,
         jsonb_build_object('kind', p_kind, 'userId', p_user, 'count', v_count)
    from public.tenant_memberships m where m.user_id = p_user and m.status = 'active' and m.role <> 'system';
  -- addresses that have given up: what they still had to say, then nothing is kept of them
  for r in delete from public.auth_refusals a where a.address in (
             select x.address from public.auth_refusals x where x.last_at < v_now - interval '1 minute'
              order by x.last_at limit 20 for update skip locked) returning a.address, a.pending, a.kind loop
    continue when r.pending = 0;
    v_event := public.panorama_uuid7(); v_salt := extensions.gen_random_bytes(16);
    insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata, personal_hash)
    values (v_event, v_now, null, null, 'panorama.auth.password_refused', 'auth_identity', null,
            jsonb_build_object('kind', r.kind, 'count', r.pending),
            sha256(v_salt || convert_to(public.audit_netstring(nullif(r.address, 'unknown')) || '-,-,', 'UTF8')));
    insert into public.audit_personal (event_id, tenant_id, occurred_at, salt, ip_address)
    values (v_event, null, v_now, v_salt, nullif(r.address, 'unknown'));
  end loop;
end $$;

-- First tenant, owner and password from the one-time link. system_settings 'setup_link' holds
-- {"hash": hex of SHA-256 over the 32 bytes, "expiresAt": instant}; "usedAt" is added here.
create function setup_finish(p_setup bytea, p_tenant uuid, p_slug text, p_name text, p_user uuid, p_display_name text, p_email text,
                             p_secret text, p_locale text, p_time_zone text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp()); v_link jsonb; v_email text := lower(trim(p_email));
        v_system uuid := public.panorama_uuid7(); v_owner uuid := public.panorama_uuid7();
begin
  perform pg_advisory_xact_lock(hashtextextended('panorama:setup', 0));
  if exists (select 1 from public.tenants) then return 'already_set_up'; end if;
  select x.value into v_link from public.system_settings x where x.key = 'setup_link' for update;
  if v_link is null or v_link ->> 'hash' is distinct from encode(p_setup, 'hex') or v_link ? 'usedAt'
     or (v_link ->> 'expiresAt')::timestamptz <= v_now then
    return 'link_used_or_expired';
  end if;
  if p_slug !~ '^[a-z0-9][a-z0-9-]*$' then return 'slug_invalid'; end if;
  if exists (select 1 from public.users u where u.email = v_email) then return 'email_taken'; end if;

  insert into public.users (id, email, display_name, status, created_at, updated_at)
  values (v_system, 'system+' || p_slug || '-' || floor(extract(epoch from v_now) * 1000)::bigint || '@panorama.invalid', p_slug || ' System',
          'ACTIVE', v_now, v_now),
         (p_user, v_email, p_display_name, 'ACTIVE', v_now, v_now);
  insert into public.tenants (id, slug, name, display_name, locale, timezone, system_actor_user_id, created_at, updated_at)
  values (p_tenant, p_slug, p_name, p_name, p_locale, p_time_zone, v_system, v_now, v_now);
  insert into public.tenant_memberships (id, tenant_id, user_id, role, status, accepted_at, created_at, updated_at)
  values (public.panorama_uuid7(), p_tenant, v_system, 'system', 'active', v_now, v_now, v_now),
         (v_owner, p_tenant, p_user, 'owner', 'active', v_now, v_now, v_now);
  insert into public.auth_identities (id, user_id, provider, subject, email_at_link, secret_hash, created_at)
  values (public.panorama_uuid7(), p_user, 'password', v_email, v_email, p_secret, v_now);
  insert into public.custom_fields (id, tenant_id, name, type, is_unique, searchable, created_at, updated_at)
  values (public.panorama_uuid7(), p_tenant, 'VIN', 'text', true, true, v_now, v_now);
  update public.system_settings x set value = v_link || jsonb_build_object('usedAt', v_now), updated_at = v_now where x.key = 'setup_link';
  insert into public.audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), v_now, p_tenant, p_user, 'panorama.tenant.created', 'tenant', p_tenant::text,
          jsonb_build_object('slug', p_slug, 'ownerUserId', p_user, 'ownerMembershipId', v_owner));
  return 'ok';
end $$;
