-- The search takes the label as well.
drop function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean);
create function asset_search(p_words text[], p_limit int, p_sort text default '-createdAt', p_after_key text default null, p_after_id uuid default null,
    p_status text default null, p_category uuid default null, p_model uuid default null, p_location uuid default null,
    p_bookable boolean default null, p_archived boolean default null, p_label uuid default null)
returns table (id uuid)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare
  t uuid := public.panorama_current_tenant(); most int := least(p_limit, 201); down boolean := left(p_sort, 1) = '-';
  cond text; key text; after text; ordered text; ids uuid[]; seen int; wide int := 1000;
begin
  select string_agg(format('a.search_text like %L', '%' || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%'), ' and ')
    into cond from unnest(p_words[1:8]) w where length(w) >= 2;
  key := case ltrim(p_sort, '-') when 'createdAt' then 'a.created_at' when 'tag' then 'a.tag_key' when 'name' then 'a.name' when 'status' then 'a.status'
              when 'purchaseDate' then 'case when a.purchase_date is null then ''infinity''::date else a.purchase_date end' end;
  if t is null or cond is null or key is null then return; end if;
  cond := concat_ws(' and ', cond,
    case when p_status   is not null then format('a.status = %L', p_status) end,
    case when p_model    is not null then format('a.model_id = %L', p_model) end,
    case when p_label    is not null then format('a.status_label_id = %L', p_label) end,
    case when p_location is not null then format('a.location_id = %L', p_location) end,
    case when p_bookable is not null then format('a.bookable = %L', p_bookable) end,
    case when p_archived is not null then 'a.archived_at is ' || case when p_archived then 'not null' else 'null' end end,
    case when p_category is not null then format(
      'exists (select 1 from public.asset_models m where m.tenant_id = a.tenant_id and m.id = a.model_id and m.category_id = %L)', p_category) end);
  after := case when p_after_id is null then 'true' else format('(%s, a.id) %s (%L, %L)', key, case when down then '<' else '>' end, p_after_key, p_after_id) end;
  ordered := format('%s %s, a.id %2$s', key, case when down then 'desc' else 'asc' end);

  -- Under row security the planner has no statistics for LIKE (not leakproof) and would sort every match of a common word. So first the
  -- rows next in the list's own order: where many of them match they are the answer, and how many do says how far it is worth looking.
  for attempt in 1..2 loop
    execute format(
      'select array_agg(a.id order by %s) filter (where %s), count(*) from (select a.id, a.tenant_id, a.model_id, a.location_id, a.status_label_id, a.status, a.bookable, '
      'a.archived_at, a.created_at, a.tag_key, a.name, a.purchase_date, a.search_text from public.assets a where a.tenant_id = $1 and %s order by %1$s limit $2) a',
      ordered, cond, after) into ids, seen using t, wide;
    if coalesce(cardinality(ids), 0) >= most or seen < wide then
      return query select m from unnest(ids[1:most]) m;
      return;
    end if;
    exit when ids is null or wide * most / cardinality(ids) > 20000;
    wide := (wide * most / cardinality(ids)) * 3 / 2;
  end loop;

  return query execute format('select a.id from public.assets a where a.tenant_id = $1 and %s and %s order by %s limit $2', cond, after, ordered)
    using t, most;
end $$;
revoke all on function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean, uuid) from public;
alter function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean, uuid) owner to panorama_definer;
grant execute on function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean, uuid) to panorama_app, panorama_super_admin;
