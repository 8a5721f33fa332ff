-- As the other kinds of the catalogue: a name is unique without case, and the list pages by the name as it is.
create unique index depreciations_name_key on depreciations (tenant_id, lower(name));
create index depreciations_name_idx on depreciations (tenant_id, name, id);
create trigger depreciations_touch before update on depreciations for each row execute function touch_updated_at();

alter table depreciations enable row level security;
alter table depreciations force row level security;
create policy depreciations_migrator on depreciations to panorama_migrator using (true) with check (true);
create policy depreciations_backup on depreciations for select to panorama_backup using (true);
create policy depreciations_app on depreciations to panorama_app
  using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()));
create policy depreciations_super_admin on depreciations to panorama_super_admin
  using      ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))
  with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
grant select, insert, update, delete on depreciations to panorama_app;
grant select, insert, update, delete on depreciations to panorama_super_admin;
grant select on depreciations to panorama_backup;
