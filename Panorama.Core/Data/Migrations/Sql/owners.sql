-- Every function belongs to the definer and PUBLIC may execute none; then each login gets its list.
do $$
declare f record;
begin
  for f in select p.oid::regprocedure as name from pg_proc p
            where p.pronamespace = 'public'::regnamespace and p.proowner = current_user::regrole order by 1 loop
    execute format('revoke all on function %s from public', f.name);
    execute format('alter function %s owner to panorama_definer', f.name);
  end loop;
end $$;

grant execute on function panorama_current_tenant(), panorama_current_actor()
  to panorama_app, panorama_super_admin, panorama_backup, panorama_migrator;
grant execute on function schema_version() to panorama_app, panorama_auth, panorama_super_admin, panorama_backup, panorama_migrator;

grant execute on function session_open(bytea), token_open(bytea) to panorama_app;
grant execute on function tenant_open(uuid, uuid), audit_seal(int), audit_prune(date), audit_erase(uuid, text, text) to panorama_super_admin;
grant execute on function audit_verify(uuid, bigint), audit_tail(), audit_stray(uuid, int), partitions_maintain(int) to panorama_super_admin, panorama_migrator;
grant execute on function person_add(uuid, text, text, text, text, text),
  asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean) to panorama_app, panorama_super_admin;

grant execute on function auth_password_lookup(text), auth_address_known(text, text), auth_rehash(uuid, text, text), auth_password_set(bytea, text), setup_link_use(bytea, text),
  session_create(uuid, uuid, bytea, text, smallint, interval, interval, text, text, jsonb), session_switch(bytea, uuid, uuid, bytea),
  session_rekey(bytea, bytea), session_profile(bytea), session_list(bytea), session_revoke(bytea, uuid), session_revoke_others(bytea),
  membership_list(bytea), auth_refused(text, bytea, text, text, uuid),
  setup_finish(bytea, uuid, text, text, uuid, text, text, text, text, text) to panorama_auth;
