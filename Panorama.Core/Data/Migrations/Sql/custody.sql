-- The search takes the label as well.
drop function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean);
create function asset_search(p_words text[], p_limit int, p_sort text default '-createdAt', p_after_key text default null, p_after_id uuid default null,
    p_status text default null, p_category uuid default null, p_model uuid default null, p_location uuid default null,
    p_bookable boolean default null, p_archived boolean default null, p_label uuid default null)
returns table (id uuid)
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$
declare t uuid := public.panorama_current_tenant(); cond text; key text; down boolean := left(p_sort, 1) = '-';
begin
  -- under row security the planner has no statistics for LIKE (not leakproof): it takes the trigram index, whatever the words
  select string_agg(format('a.search_text like %L', '%' || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%'), ' and ')
    into cond from unnest(p_words[1:8]) w where length(w) >= 2;
  key := case ltrim(p_sort, '-') when 'createdAt' then 'a.created_at' when 'tag' then 'a.tag_key' when 'name' then 'a.name' when 'status' then 'a.status'
              when 'purchaseDate' then 'coalesce(a.purchase_date, ''infinity''::date)' end;
  if t is null or cond is null or key is null then return; end if;
  cond := concat_ws(' and ', cond,
    case when p_status   is not null then format('a.status = %L', p_status) end,
    case when p_model    is not null then format('a.model_id = %L', p_model) end,
    case when p_label    is not null then format('a.status_label_id = %L', p_label) end,
    case when p_location is not null then format('a.location_id = %L', p_location) end,
    case when p_bookable is not null then format('a.bookable = %L', p_bookable) end,
    case when p_archived is not null then 'a.archived_at is ' || case when p_archived then 'not null' else 'null' end end,
    case when p_category is not null then format(
      'exists (select 1 from public.asset_models m where m.tenant_id = a.tenant_id and m.id = a.model_id and m.category_id = %L)', p_category) end,
    case when p_after_id is not null then format('(%s, a.id) %s (%L, %L)', key, case when down then '<' else '>' end, p_after_key, p_after_id) end);
  return query execute format('select a.id from public.assets a where a.tenant_id = $1 and %s order by %s %s, a.id %3$s limit $2',
    cond, key, case when down then 'desc' else 'asc' end) using t, least(p_limit, 201);
end $$;
revoke all on function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean, uuid) from public;
alter function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean, uuid) owner to panorama_definer;
grant execute on function asset_search(text[], int, text, text, uuid, text, uuid, uuid, uuid, boolean, boolean, uuid) to panorama_app, panorama_super_admin;
