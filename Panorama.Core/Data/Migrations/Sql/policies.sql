-- Every table without exception: ENABLE and FORCE, policies per role, none to PUBLIC. The sub-select makes the tenant one InitPlan.
do $$
declare t text;
begin
  for t in select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
             and c.relname <> 'schema_history' order by 1 loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    continue when t = 'context_keys';                   -- the definer's alone
    -- under FORCE an owner without a policy changes nothing, silently: later data migrations need this
    execute format('create policy %I on %I to panorama_migrator using (true) with check (true)', t || '_migrator', t);
    continue when t = 'sessions';                       -- a dump holds none: after a restore everybody signs in again
    execute format('create policy %I on %I for select to panorama_backup using (true)', t || '_backup', t);
  end loop;
end $$;

-- Rows of one tenant. Api: the signed tenant's; Worker and Cli: every tenant's, or the opened one's alone.
do $$
declare t text;
begin
  foreach t in array array['tenant_features', 'idempotency_keys', 'tenant_memberships', 'categories', 'manufacturers', 'asset_models', 'locations',
      'suppliers', 'companies', 'departments', 'status_labels', 'fieldsets', 'fieldset_fields', 'custom_fields', 'custom_values', 'assets',
      'asset_assignments', 'meter_readings', 'imports', 'import_findings'] loop
    execute format('create policy %I on %I to panorama_app using (tenant_id = (select panorama_current_tenant())) '
                || 'with check (tenant_id = (select panorama_current_tenant()))', t || '_app', t);
    execute format('create policy %I on %I to panorama_super_admin '
                || 'using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant())) '
                || 'with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))', t || '_super_admin', t);
  end loop;
  -- rows of the cluster have no tenant: never visible to the Api, and to the Worker only while it has no tenant open
  foreach t in array array['notification_events', 'notification_dedup', 'notification_deliveries'] loop
    execute format('create policy %I on %I to panorama_super_admin '
                || 'using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant())) '
                || 'with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()))', t || '_super_admin', t);
  end loop;
end $$;

create policy tenants_app on tenants to panorama_app
  using (id = (select panorama_current_tenant())) with check (id = (select panorama_current_tenant()));
create policy tenants_super_admin on tenants to panorama_super_admin
  using      ((select panorama_current_tenant()) is null or id = (select panorama_current_tenant()))
  with check ((select panorama_current_tenant()) is null or id = (select panorama_current_tenant()));

-- Members of the tenant. The Worker's arm is wider: a person may be in several tenants, and one is made before the membership.
create policy users_app on users to panorama_app using (exists (select 1 from tenant_memberships m
  where m.tenant_id = (select panorama_current_tenant()) and m.user_id = users.id));
create policy users_super_admin on users to panorama_super_admin using (true) with check (true);
create policy sessions_super_admin on sessions to panorama_super_admin using (true);

create policy system_settings_super_admin on system_settings to panorama_super_admin using (true) with check (true);
create policy job_runs_super_admin on job_runs to panorama_super_admin using (true) with check (true);
create policy notification_inbox_super_admin on notification_inbox to panorama_super_admin using (true) with check (true);
create policy data_protection_keys_app on data_protection_keys to panorama_app using (true) with check (true); -- encrypted under DATA_KEY, no tenant's

create policy audit_events_app_insert on audit_events for insert to panorama_app with check (tenant_id = (select panorama_current_tenant()));
create policy audit_events_app_read   on audit_events for select to panorama_app using      (tenant_id = (select panorama_current_tenant()));
create policy audit_personal_app_insert on audit_personal for insert to panorama_app with check (tenant_id = (select panorama_current_tenant()));
create policy audit_events_super_admin_insert on audit_events for insert to panorama_super_admin
  with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
create policy audit_events_super_admin_read on audit_events for select to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
create policy audit_personal_super_admin_insert on audit_personal for insert to panorama_super_admin
  with check ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
create policy audit_personal_super_admin_read on audit_personal for select to panorama_super_admin
  using ((select panorama_current_tenant()) is null or tenant_id = (select panorama_current_tenant()));
create policy audit_seals_super_admin on audit_seals for select to panorama_super_admin using (true);
create policy audit_checkpoints_super_admin_read on audit_checkpoints for select to panorama_super_admin using (true);
create policy audit_checkpoints_super_admin_insert on audit_checkpoints for insert to panorama_super_admin with check (true);

create policy notification_events_app_insert on notification_events for insert to panorama_app
  with check (tenant_id = (select panorama_current_tenant()));
create policy notification_dedup_app on notification_dedup to panorama_app
  using (tenant_id = (select panorama_current_tenant())) with check (tenant_id = (select panorama_current_tenant()));

-- The definer: what its functions touch and nothing else. It may lock a tenant and may not change one.
create policy tenants_definer on tenants for select to panorama_definer using (true);
create policy tenants_definer_lock on tenants for update to panorama_definer using (true) with check (false);
create policy tenants_definer_insert on tenants for insert to panorama_definer with check (true);
create policy users_definer on users to panorama_definer using (true) with check (true);
create policy tenant_memberships_definer on tenant_memberships to panorama_definer using (true) with check (true);
create policy auth_identities_definer on auth_identities to panorama_definer using (true) with check (true);
create policy setup_links_definer on setup_links to panorama_definer using (true) with check (true);
create policy sessions_definer on sessions to panorama_definer using (true) with check (true);
create policy personal_access_tokens_definer on personal_access_tokens to panorama_definer using (true) with check (true);
create policy auth_refusals_definer on auth_refusals to panorama_definer using (true) with check (true);
-- The migrator is a member of the definer, so its policies are the migrator's as well: this one asks who is acting, and a dump finds no key.
create policy context_keys_definer on context_keys to panorama_definer
  using (current_user = 'panorama_definer') with check (current_user = 'panorama_definer');
create policy system_settings_definer on system_settings to panorama_definer using (true) with check (true);
create policy custom_fields_definer_insert on custom_fields for insert to panorama_definer with check (true);
create policy assets_definer on assets for select to panorama_definer using (true);
create policy asset_models_definer on asset_models for select to panorama_definer using (true);
create policy audit_events_definer on audit_events to panorama_definer using (true) with check (true);
create policy audit_personal_definer on audit_personal to panorama_definer using (true) with check (true);
create policy audit_queue_definer on audit_queue to panorama_definer using (true) with check (true);
create policy audit_chains_definer on audit_chains to panorama_definer using (true) with check (true);
create policy audit_seals_definer on audit_seals to panorama_definer using (true) with check (true);
create policy audit_checkpoints_definer on audit_checkpoints for select to panorama_definer using (true);
