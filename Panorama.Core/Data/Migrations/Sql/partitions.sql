-- Missing months and the default partition, each with what a dump needs; runtime logins go through the parent and get nothing here.
create function partitions_maintain(p_months int default 3) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare t text; part text; bounds text; m date; made int := 0;
begin
  foreach t in array array['audit_events', 'notification_events', 'notification_deliveries'] loop
    for i in -1 .. p_months loop
      if i = -1 then part := t || '_default'; bounds := 'default';
      else
        m := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
        part := t || to_char(m, '_YYYY_MM');
        bounds := format('for values from (%L) to (%L)', m || ' 00:00:00+00', (m + interval '1 month')::date || ' 00:00:00+00');
      end if;
      continue when to_regclass('public.' || part) is not null;
      execute format('create table public.%I partition of public.%I %s', part, t, bounds);
      execute format('alter table public.%I enable row level security', part);
      execute format('alter table public.%I force row level security', part);
      execute format('create policy %I on public.%I for select to panorama_backup using (true)', part || '_backup', part);
      execute format('create policy %I on public.%I to panorama_migrator using (true) with check (true)', part || '_migrator', part);
      execute format('create policy %I on public.%I to panorama_definer using (true) with check (true)', part || '_definer', part);
      execute format('grant select on public.%I to panorama_backup', part);
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;
