do $$
declare t text;
begin
  foreach t in array array['photos', 'documents'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I to panorama_migrator using (true) with check (true)', t || '_migrator', t);
    execute format('create policy %I on %I for select to panorama_backup using (true)', t || '_backup', t);
    execute format('grant select on %I to panorama_backup', t);
    execute format('create policy %I on %I to panorama_app using (tenant_id = (select panorama_current_tenant())) '
                || 'with check (tenant_id = (select panorama_current_tenant()))', t || '_app', t);
    execute format('create policy %I on %I to panorama_super_admin '
                || 'using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant())) '
                || 'with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))', t || '_super_admin', t);
  end loop;
end $$;

-- What was uploaded is evidence: but for its caption and whether it is shown, nobody who works with it can change it, and only the sweep removes it.
grant select, insert, update (caption, deleted_at, deleted_by_user_id, version) on photos to panorama_app;
grant select, insert, update (deleted_at, deleted_by_user_id, version) on documents to panorama_app;
grant select, update (deleted_at, deleted_by_user_id, legal_hold, version), delete on photos, documents to panorama_super_admin;
