alter table photo_marks enable row level security;
alter table photo_marks force row level security;
create policy photo_marks_migrator on photo_marks to panorama_migrator using (true) with check (true);
create policy photo_marks_backup on photo_marks for select to panorama_backup using (true);
create policy photo_marks_app on photo_marks to panorama_app using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()));
create policy photo_marks_super_admin on photo_marks for select to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
grant select on photo_marks to panorama_backup, panorama_super_admin;

-- All of a photo are replaced at once, so none is ever changed; with a photo's row they go by the foreign key.
grant select, insert, delete on photo_marks to panorama_app;
