-- An active owner stays: rivals are serialised by a lock on the tenant, so two owners who demote each other leave one.
create function enforce_at_least_one_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and (new.tenant_id is distinct from old.tenant_id or new.user_id is distinct from old.user_id) then
    raise exception 'membership_immutable' using errcode = '23514';
  end if;
  if tg_op = 'UPDATE' and old.role = 'system' and (new.role <> 'system' or new.status <> 'active') then
    raise exception 'system_membership_immutable' using errcode = '23514';
  end if;
  if not (old.role = 'owner' and old.status = 'active') then
    return coalesce(new, old);                       -- nothing is lost: ownerless tenants stay repairable
  end if;
  if tg_op = 'UPDATE' and new.role = 'owner' and new.status = 'active' then
    return new;
  end if;
  perform 1 from public.tenants t where t.id = old.tenant_id for no key update;   -- serialises rivals
  if not found then return coalesce(new, old); end if;                            -- the tenant itself is being deleted
  if not exists (select 1 from public.tenant_memberships m
                  where m.tenant_id = old.tenant_id and m.role = 'owner' and m.status = 'active' and m.id <> old.id) then
    raise exception 'TENANT_MUST_HAVE_AT_LEAST_ONE_OWNER' using errcode = '45000';
  end if;
  return coalesce(new, old);
end $$;
