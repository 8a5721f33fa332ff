-- A view's name is unique without case for its owner; the page of a list of views goes by the name as it is.
create unique index saved_views_name_key on saved_views (tenant_id, list, owner_user_id, lower(name));
create index departments_name_idx on departments (tenant_id, name, id);
create index fieldsets_name_idx on fieldsets (tenant_id, name, id);

create trigger saved_views_touch before update on saved_views for each row execute function touch_updated_at();

do $$
declare t text;
begin
  foreach t in array array['asset_labels', 'saved_views', 'bulk_runs', 'bulk_run_items'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I to panorama_migrator using (true) with check (true)', t || '_migrator', t);
    execute format('create policy %I on %I for select to panorama_backup using (true)', t || '_backup', t);
    execute format('grant select on %I to panorama_backup', t);
  end loop;
  foreach t in array array['asset_labels', 'bulk_runs', 'bulk_run_items'] loop
    execute format('create policy %I on %I to panorama_app using (tenant_id = (select panorama_current_tenant())) '
                || 'with check (tenant_id = (select panorama_current_tenant()))', t || '_app', t);
    execute format('create policy %I on %I to panorama_super_admin '
                || 'using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant())) '
                || 'with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))', t || '_super_admin', t);
  end loop;
end $$;

-- A view that is not shared is its owner's alone, whatever a handler forgets to ask.
create policy saved_views_app on saved_views to panorama_app
  using      (tenant_id = (select panorama_current_tenant()) and (is_shared or owner_user_id = (select panorama_current_actor())))
  with check (tenant_id = (select panorama_current_tenant()) and (is_shared or owner_user_id = (select panorama_current_actor())));

grant update (asset_number_digits, unique_serials) on tenants to panorama_app;
-- What nothing refers to may go for good; foreign keys refuse the rest.
grant delete on categories, manufacturers, asset_models, locations, suppliers, companies, departments, status_labels, fieldsets, custom_fields
  to panorama_app;
grant select, insert, update (name, query, is_shared, updated_at, version), delete on saved_views to panorama_app;
grant select, insert, update (revoked_at) on asset_labels to panorama_app;
grant select, insert, update (state, cancel_requested_at, version) on bulk_runs to panorama_app;
grant select, insert on bulk_run_items to panorama_app;

grant select, insert, update on asset_labels to panorama_super_admin;
grant select, insert, update, delete on bulk_runs, bulk_run_items to panorama_super_admin;
