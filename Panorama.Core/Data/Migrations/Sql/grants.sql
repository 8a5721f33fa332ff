-- Per table, no ON ALL TABLES and no default privileges for a login: a forgotten grant fails loudly, a forgotten revoke does not.
-- panorama_auth has no table at all.

-- panorama_app: tenant rows
grant select, update (name, display_name, locale, timezone, allowed_email_domains, invitation_ttl_seconds, reservation_rules,
  notification_retention_days, inspection_config, inspection_photo_retention_days, require_inspection_before_checkout,
  auto_open_maintenance_from_inspection, notify_last_requester_on_maintenance_open, maintenance_mileage_interval, maintenance_day_interval,
  maintenance_stale_warning_days, maintenance_reopen_window_days, units, currency, next_asset_number, asset_number_prefix, updated_at, version)
  on tenants to panorama_app;
grant select on tenant_features to panorama_app;
grant select (id, email, display_name, first_name, last_name, locale, time_zone, status, created_at, updated_at, deleted_at),
      update (display_name, first_name, last_name, locale, time_zone, updated_at) on users to panorama_app;
grant select, insert, update (role, status, is_vip, username, training_valid_until, invited_by_user_id, invited_at, accepted_at, metadata,
  updated_at, version) on tenant_memberships to panorama_app;
grant select, insert, update on categories, manufacturers, asset_models, locations, suppliers, companies, departments, status_labels,
  fieldsets, custom_fields, assets, asset_assignments, meter_readings, idempotency_keys to panorama_app;
grant select, insert, update, delete on fieldset_fields, custom_values to panorama_app; -- which fields a set has, what a field says: configuration and a copy
grant insert, select (id, tenant_id, kind, file_name, size_bytes, sha256, options, state, rows_total, rows_done, created, updated, matched, rejected,
  error_code, started_by_user_id, started_at, finished_at, cancel_requested, created_at, updated_at, version),
  update (state, cancel_requested, updated_at, version) on imports to panorama_app;
grant select on import_findings to panorama_app;
grant select, insert on data_protection_keys to panorama_app;
grant insert (id, action, resource_type, resource_id, metadata, personal_hash), select on audit_events to panorama_app;
grant insert (event_id, salt, ip_address, user_agent, email) on audit_personal to panorama_app;
grant insert (id, created_at, tenant_id, event_type, schema_version, occurred_at, actor_user_id, correlation_id, resource_type, resource_id,
  payload, payload_hash, status, available_at, dedup_key) on notification_events to panorama_app;
grant insert, select (tenant_id, event_type, dedup_key, event_id) on notification_dedup to panorama_app;

-- panorama_super_admin: what the jobs and the operator's verbs work on
grant select, insert, update on tenants, users, tenant_memberships, system_settings, job_runs to panorama_super_admin;
grant select, insert, update, delete on tenant_features, categories, manufacturers, asset_models, locations, suppliers, companies, departments,
  status_labels, fieldsets, fieldset_fields, custom_fields, custom_values, assets, asset_assignments, meter_readings, imports, import_findings,
  notification_events, notification_dedup, notification_deliveries to panorama_super_admin;
grant select, delete on idempotency_keys to panorama_super_admin;
grant delete on job_runs to panorama_super_admin;
grant select, insert, delete on notification_inbox to panorama_super_admin;
grant select (id, user_id, tenant_id, provider, auth_level, idle_seconds, ip, user_agent, created_at, last_seen_at, idle_expires_at,
  absolute_expires_at, revoked_at), delete on sessions to panorama_super_admin;
grant select, insert on audit_events, audit_personal, audit_checkpoints to panorama_super_admin;
grant select on audit_seals to panorama_super_admin;

-- panorama_definer: exactly what its functions touch
grant select, insert, update on tenants, users, tenant_memberships to panorama_definer;
grant select, insert, update, delete on auth_identities, setup_links, sessions, personal_access_tokens, context_keys, auth_refusals,
  audit_queue, audit_chains to panorama_definer;
grant select, insert, delete on audit_personal, audit_seals to panorama_definer;
grant select on audit_checkpoints, assets, asset_models to panorama_definer;
grant select, update on system_settings to panorama_definer;
grant insert on custom_fields to panorama_definer;

-- panorama_backup: everything, through policies; no policy shows it context_keys or sessions
do $$
declare t text;
begin
  for t in select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1 loop
    execute format('grant select on %I to panorama_backup', t);
  end loop;
end $$;
