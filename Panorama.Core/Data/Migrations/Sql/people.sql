-- Someone who holds an asset and never signs in. The signed actor must be an owner or fleet admin of the signed tenant; no actor
-- passes for the Worker and the command line alone. An address that a person of another tenant has is not linked: only its owner may.
-- outcome: created, created_without_email, existing.
create function person_add(p_id uuid, p_display_name text, p_first_name text, p_last_name text, p_email text, p_username text)
returns table (user_id uuid, outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare t uuid := public.panorama_current_tenant(); a uuid := public.panorama_current_actor(); v_user uuid;
        v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
        v_email text := nullif(lower(trim(p_email)), ''); v_name text := nullif(lower(trim(p_username)), '');
        v_membership uuid := public.panorama_uuid7(); v_outcome text := 'created';
begin
  if t is null
     or (a is null and session_user <> 'panorama_super_admin')
     or (a is not null and not exists (select 1 from public.tenant_memberships m
          where m.tenant_id = t and m.user_id = a and m.status = 'active' and m.role in ('owner', 'fleet_admin'))) then
    raise exception 'forbidden' using errcode = '42501';
  end if;
  select m.user_id into v_user
    from public.tenant_memberships m join public.users u on u.id = m.user_id
   where m.tenant_id = t and m.role <> 'system' and (u.email = v_email or m.username = v_name)
   order by (u.email = v_email) desc nulls last, m.created_at, m.id limit 1;
  if found then return query select v_user, 'existing'; return; end if;

  insert into public.users (id, email, display_name, first_name, last_name, status, created_at, updated_at)
  values (p_id, v_email, p_display_name, p_first_name, p_last_name, 'ACTIVE', v_now, v_now)
  on conflict (email) where email is not null do nothing;
  if not found then
    v_outcome := 'created_without_email';
    insert into public.users (id, email, display_name, first_name, last_name, status, created_at, updated_at)
    values (p_id, null, p_display_name, p_first_name, p_last_name, 'ACTIVE', v_now, v_now);
  end if;
  insert into public.tenant_memberships (id, tenant_id, user_id, role, status, username, created_at, updated_at)
  values (v_membership, t, p_id, 'driver', 'active', v_name, v_now, v_now);
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), t, a, 'panorama.tenant.member_added', 'tenant_membership', v_membership::text,
          jsonb_build_object('userId', p_id, 'role', 'driver', 'status', 'active'));
  return query select p_id, v_outcome;
end $$;
