-- The installation's own: no tenant's, never the Api's.
alter table job_requests enable row level security;
alter table job_requests force row level security;
create policy job_requests_migrator on job_requests to panorama_migrator using (true) with check (true);
create policy job_requests_backup on job_requests for select to panorama_backup using (true);
create policy job_requests_super_admin on job_requests to panorama_super_admin using (true) with check (true);
grant select, insert, update, delete on job_requests to panorama_super_admin;
grant select on job_requests to panorama_backup;
