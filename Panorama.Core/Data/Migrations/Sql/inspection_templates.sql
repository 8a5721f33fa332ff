do $$
declare t text;
begin
  foreach t in array array['inspection_templates', 'inspection_template_items', 'inspection_template_versions'] loop
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

create trigger inspection_templates_touch before update on inspection_templates for each row execute function touch_updated_at();

-- A checklist is archived, never deleted; its items are replaced as a whole, and a form that it had is written once.
grant select, insert, update on inspection_templates to panorama_app, panorama_super_admin;
grant select, insert, delete on inspection_template_items to panorama_app, panorama_super_admin;
grant select, insert on inspection_template_versions to panorama_app, panorama_super_admin;
