-- As it was, but a full disk does not end the session of whoever only reads: that somebody was here is not noted meanwhile.
create or replace function session_open(p_token_hash bytea)
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
    begin
      update public.sessions set last_seen_at = date_trunc('milliseconds', v_now),
             idle_expires_at = least(absolute_expires_at, date_trunc('milliseconds', v_now) + make_interval(secs => idle_seconds))
       where id = (select id from public.sessions where id = s.id for no key update skip locked);
    exception when disk_full then null;                               -- whoever only reads goes on reading
    end;
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
