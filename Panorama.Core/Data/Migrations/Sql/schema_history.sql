-- One row a step, written in the step's transaction, or at the end of a resumable step. Made by the runner before its first step.
create table if not exists schema_history (
  id          text primary key,
  checksum    bytea not null,
  app_version text not null,
  applied_at  timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp())
);
do $$
begin
  if not exists (select 1 from pg_policy where polrelid = 'schema_history'::regclass) then
    alter table schema_history enable row level security;
    alter table schema_history force row level security;
    create policy schema_history_migrator on schema_history to panorama_migrator using (true) with check (true);
    create policy schema_history_definer on schema_history for select to panorama_definer using (true);
    create policy schema_history_backup on schema_history for select to panorama_backup using (true);
    grant select on schema_history to panorama_definer, panorama_backup;
  end if;
end $$;
