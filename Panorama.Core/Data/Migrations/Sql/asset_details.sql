-- What a list says of assets beside their own columns. As a function its plan is kept by the connection: planning these joins under row security takes
-- several times as long as running them for a page. It runs as its caller, so the policies of every table hold in it.
create function asset_details(p_ids uuid[])
returns table (id uuid, model_name text, category_name text, category_kind text, location_name text, holder_name text)
language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp as $$
begin
  return query
  select a.id, m.name, c.name, c.kind, l.name, coalesce(person.display_name, place.name, other.tag)
    from public.assets a
    join public.asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id
    join public.categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
    left join public.locations l on l.tenant_id = a.tenant_id and l.id = a.location_id
    left join public.asset_assignments h on h.tenant_id = a.tenant_id and h.asset_id = a.id and h.checked_in_at is null
    left join public.users person on person.id = h.target_user_id
    left join public.locations place on place.tenant_id = h.tenant_id and place.id = h.target_location_id
    left join public.assets other on other.tenant_id = h.tenant_id and other.id = h.target_asset_id
   where a.id = any (p_ids);
end $$;
revoke all on function asset_details(uuid[]) from public;
alter function asset_details(uuid[]) owner to panorama_definer;
grant execute on function asset_details(uuid[]) to panorama_app;
