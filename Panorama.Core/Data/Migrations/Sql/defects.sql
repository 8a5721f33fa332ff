alter table defects enable row level security;
alter table defects force row level security;
create policy defects_migrator on defects to panorama_migrator using (true) with check (true);
create policy defects_backup on defects for select to panorama_backup using (true);
create policy defects_app on defects to panorama_app using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()));
create policy defects_super_admin on defects for select to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
grant select on defects to panorama_backup, panorama_super_admin;

-- What was found stays as it was found; neither it nor who certified a repair is ever deleted by whoever works with it.
grant select, insert on defects to panorama_app;
grant update (severity, last_seen_inspection_id, last_seen_at, status, resolved_at, resolved_by_user_id, resolution_note) on defects to panorama_app;
grant update (acknowledged_defects) on inspections to panorama_app, panorama_super_admin;
