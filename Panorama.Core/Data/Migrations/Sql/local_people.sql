-- An address that an organisation wrote down proves nothing: it stays inside the organisation, and whether somebody elsewhere has it is nothing that
-- writing it down may tell or change. Until now it was the person's for everybody, so those who never had a way to sign in become local.
update users u set local_to_tenant_id = m.tenant_id
  from tenant_memberships m
 where m.user_id = u.id and m.role = 'driver' and u.last_login_at is null
   and not exists (select 1 from tenant_memberships o where o.user_id = u.id and o.id <> m.id)
   and not exists (select 1 from auth_identities i where i.user_id = u.id)
   and not exists (select 1 from setup_links l where l.user_id = u.id);

-- Someone who holds an asset and never signs in. The signed actor must be an owner or fleet admin of the signed tenant; no actor
-- passes for the Worker and the command line alone. A member with the address is that member, with an account before one without; else the username tells.
-- outcome: created, existing.
create or replace function person_add(p_id uuid, p_display_name text, p_first_name text, p_last_name text, p_email text, p_username text)
returns table (user_id uuid, outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare t uuid := public.panorama_current_tenant(); a uuid := public.panorama_current_actor(); v_user uuid;
        v_now timestamptz(3) := date_trunc('milliseconds', clock_timestamp());
        v_email text := nullif(lower(trim(p_email)), ''); v_name text := nullif(lower(trim(p_username)), '');
        v_membership uuid := public.panorama_uuid7();
begin
  if t is null
     or (a is null and session_user <> 'panorama_super_admin')
     or (a is not null and not exists (select 1 from public.tenant_memberships m
          where m.tenant_id = t and m.user_id = a and m.status = 'active' and m.role in ('owner', 'fleet_admin'))) then
    raise exception 'forbidden' using errcode = '42501';
  end if;
  for v_attempt in 1..2 loop
    select m.user_id into v_user
      from public.users u join public.tenant_memberships m on m.tenant_id = t and m.user_id = u.id and m.role <> 'system'
     where u.email = v_email and (u.local_to_tenant_id is null or u.local_to_tenant_id = t)
     order by u.local_to_tenant_id nulls first limit 1;
    if not found then
      select m.user_id into v_user from public.tenant_memberships m where m.tenant_id = t and m.role <> 'system' and m.username = v_name;
    end if;
    if found then return query select v_user, 'existing'; return; end if;

    insert into public.users (id, email, display_name, first_name, last_name, status, local_to_tenant_id, created_at, updated_at)
    values (p_id, v_email, p_display_name, p_first_name, p_last_name, 'ACTIVE', t, v_now, v_now)
    on conflict (local_to_tenant_id, email) where email is not null and local_to_tenant_id is not null do nothing;
    exit when found; -- else somebody wrote the same person down at this moment: it is found now
  end loop;
  insert into public.tenant_memberships (id, tenant_id, user_id, role, status, username, created_at, updated_at)
  values (v_membership, t, p_id, 'driver', 'active', v_name, v_now, v_now);
  insert into public.audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
  values (public.panorama_uuid7(), t, a, 'panorama.tenant.member_added', 'tenant_membership', v_membership::text,
          jsonb_build_object('userId', p_id, 'role', 'driver', 'status', 'active'));
  return query select p_id, 'created';
end $$;
