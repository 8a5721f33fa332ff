-- Somebody of two organisations scans the sticker of the one they are not working in. Says which one, to a member of it alone; a stranger's
-- code, a revoked one and none at all are the same nothing.
create function label_elsewhere(p_code text) returns uuid
language sql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
  select l.tenant_id
    from public.asset_labels l
    join public.tenant_memberships m on m.tenant_id = l.tenant_id and m.status = 'active' and m.role <> 'system'
    join public.tenants t on t.id = l.tenant_id and t.deleted_at is null
   where l.code = p_code and l.revoked_at is null and m.user_id = public.panorama_current_actor() and l.tenant_id <> public.panorama_current_tenant()
$$;
revoke all on function label_elsewhere(text) from public;
alter function label_elsewhere(text) owner to panorama_definer;
grant execute on function label_elsewhere(text) to panorama_app;

create policy asset_labels_definer on asset_labels for select to panorama_definer using (true);
grant select on asset_labels to panorama_definer;
