do $$
declare t text;
begin
  foreach t in array array['inspections', 'inspection_responses'] loop
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
    execute format('create trigger %I before update on %I for each row execute function touch_updated_at()', t || '_touch', t);
  end loop;
end $$;

-- What somebody was asked is part of what they answered: nobody changes it afterwards, whoever they are.
create function enforce_inspection_snapshot_immutable() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.template_snapshot is distinct from old.template_snapshot then
    raise exception 'inspection_snapshot_immutable' using errcode = '22023';
  end if;
  return new;
end $$;
revoke all on function enforce_inspection_snapshot_immutable() from public;
create trigger enforce_inspection_snapshot_immutable_trigger before update of template_snapshot on inspections
  for each row execute function enforce_inspection_snapshot_immutable();
alter function enforce_inspection_snapshot_immutable() owner to panorama_definer;

-- An answer is to an item of the run's own copy. It runs as its caller, who sees the run anyway.
create function validate_inspection_response_snapshot_ref() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_items jsonb;
begin
  select i.template_snapshot -> 'items' into v_items from public.inspections i where i.tenant_id = new.tenant_id and i.id = new.inspection_id;
  -- A run that is not seen is the foreign key's to refuse, and row security's.
  if found and not exists (select from jsonb_array_elements(v_items) item where (item ->> 'id')::uuid = new.snapshot_item_id) then
    raise exception 'inspection_response_snapshot_ref_invalid' using errcode = '23503';
  end if;
  return new;
end $$;
revoke all on function validate_inspection_response_snapshot_ref() from public;
create trigger validate_inspection_response_snapshot_ref_trigger before insert or update of snapshot_item_id on inspection_responses
  for each row execute function validate_inspection_response_snapshot_ref();
alter function validate_inspection_response_snapshot_ref() owner to panorama_definer;

-- Neither a run nor an answer is ever deleted by whoever works with it.
grant select, insert on inspections to panorama_app, panorama_super_admin;
grant update (status, outcome, summary_note, completed_at, completed_by_user_id, reviewed_at, reviewed_by_user_id, review_note, cancelled_at, cancelled_by_user_id,
  cancel_reason, updated_at) on inspections to panorama_app, panorama_super_admin;
grant select, insert on inspection_responses to panorama_app, panorama_super_admin;
grant update (boolean_value, text_value, number_value, note, responded_by_user_id, responded_at, updated_at) on inspection_responses to panorama_app, panorama_super_admin;
