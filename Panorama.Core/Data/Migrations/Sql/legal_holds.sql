alter table legal_holds enable row level security;
alter table legal_holds force row level security;
create policy legal_holds_migrator on legal_holds to panorama_migrator using (true) with check (true);
create policy legal_holds_backup on legal_holds for select to panorama_backup using (true);
create policy legal_holds_app on legal_holds to panorama_app using (tenant_id = (select panorama_current_tenant()))
  with check (tenant_id = (select panorama_current_tenant()));
create policy legal_holds_super_admin on legal_holds to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))
  with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));

-- Who works with what is held sees that it is, and ends no hold.
grant select on legal_holds to panorama_backup, panorama_app;
grant select, insert, update (released_at) on legal_holds to panorama_super_admin;
