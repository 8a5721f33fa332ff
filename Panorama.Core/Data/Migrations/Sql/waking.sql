-- A notification takes one lock of the whole server until the commit: transactions that announce wait for each other there. So only what somebody
-- is told at once is announced; the Worker finds the rest by itself.
alter table notification_events add column wakes boolean not null default true;
grant insert (wakes) on notification_events to panorama_app;

create or replace function notification_announce() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select 1 from added where wakes) then
    perform pg_notify('panorama_work', 'notifications');
  end if;
  return null;
end $$;
drop trigger notification_events_announce on notification_events;
create trigger notification_events_announce after insert on notification_events
  referencing new table as added for each statement execute function notification_announce();
