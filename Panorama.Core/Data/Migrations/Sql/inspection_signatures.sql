alter table inspection_signatures enable row level security;
alter table inspection_signatures force row level security;
create policy inspection_signatures_migrator on inspection_signatures to panorama_migrator using (true) with check (true);
create policy inspection_signatures_backup on inspection_signatures for select to panorama_backup using (true);
create policy inspection_signatures_app on inspection_signatures to panorama_app
  using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()));
create policy inspection_signatures_super_admin on inspection_signatures for select to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
grant select on inspection_signatures to panorama_backup, panorama_super_admin;

-- What was signed stays signed: nobody who works with it changes or deletes a signature.
grant select, insert on inspection_signatures to panorama_app;
