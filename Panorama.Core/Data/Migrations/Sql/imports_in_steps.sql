alter table imports add constraint imports_draft_has_file_check check (state <> 'DRAFT' or file is not null);

alter table import_rows enable row level security;
alter table import_rows force row level security;
create policy import_rows_migrator on import_rows to panorama_migrator using (true) with check (true);
create policy import_rows_backup on import_rows for select to panorama_backup using (true);
create policy import_rows_app on import_rows to panorama_app using (tenant_id = (select panorama_current_tenant()))
  with check (tenant_id = (select panorama_current_tenant()));
create policy import_rows_super_admin on import_rows to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))
  with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
grant select on import_rows to panorama_app, panorama_backup;
grant select, insert, update, delete on import_rows to panorama_super_admin;

-- The Api takes a file, asks what is in it and says what shall happen; claim, counts and findings are the Worker's.
grant select (inspection, dry_run, people_created, custodies), update (options, inspection, dry_run, started_at, finished_at, error_code),
  delete on imports to panorama_app;
-- Only what nothing was made of may go: rows and audit of a run refer to it.
create policy imports_app_delete on imports as restrictive for delete to panorama_app using (state = 'DRAFT');

-- The bytes of a draft, to whoever may import: to read it again in another encoding. The Api has no grant on the column, so of a file that is being
-- imported, or was, and of another tenant's it sees nothing, whatever statement it is made to run.
create function import_file(p_import uuid) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select i.file from public.imports i
   where i.id = p_import and i.tenant_id = public.panorama_current_tenant() and i.state = 'DRAFT'
     and exists (select 1 from public.tenant_memberships m
                  where m.tenant_id = i.tenant_id and m.user_id = public.panorama_current_actor() and m.status = 'active' and m.role in ('owner', 'fleet_admin'))
$$;
revoke all on function import_file(uuid) from public;
alter function import_file(uuid) owner to panorama_definer;
grant execute on function import_file(uuid) to panorama_app;
grant select (id, tenant_id, state, file) on imports to panorama_definer;
create policy imports_definer on imports for select to panorama_definer using (true);
