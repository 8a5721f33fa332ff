-- All that the page of one asset shows. Planning its fourteen tables under row security takes several times as long as reading them; as a function its plan
-- is kept by the connection, from the first call: how many rows there are changes nothing about it. It runs as its caller, so the policies of every table hold in it.
create function asset_page(p_id uuid, p_at timestamptz)
returns table (
  id uuid, tag text, name text, serial text, status text, bookable boolean, model_id uuid, model_name text, model_number text, model_notes text, category_id uuid,
  category_name text, category_kind text, manufacturer_id uuid, manufacturer_name text, location_id uuid, location_name text, company_id uuid, company_name text,
  supplier_id uuid, supplier_name text, label_id uuid, label_name text, label_type text, label_color text, order_number text, purchase_date date,
  purchase_cost numeric, currency text, depreciation_months integer, depreciation_floor integer, today date, warranty_months integer, eol_date date, notes text,
  last_read_mileage numeric, mileage_unit text, custom_fields jsonb, assignment_id uuid, target_type text, target_user_id uuid, target_location_id uuid, holder_name text,
  checked_out_at timestamptz, expected_checkin_at timestamptz, accepted_at timestamptz, declined_at timestamptz, requires_acceptance boolean, version integer,
  created_at timestamptz, updated_at timestamptz, archived_at timestamptz)
language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select a.id, a.tag, a.name, a.serial, a.status, a.bookable, a.model_id, m.name, m.model_number, m.notes, c.id,
         c.name, c.kind, m.manufacturer_id, f.name, a.location_id, l.name, a.company_id, o.name,
         a.supplier_id, s.name, b.id, b.name, b.type, b.color, a.order_number, a.purchase_date,
         a.purchase_cost, a.currency::text, d.months, d.floor_percent, (p_at at time zone t.timezone)::date, a.warranty_months, a.eol_date, a.notes,
         a.last_read_mileage,
         coalesce(
           (select r.unit from public.meter_readings r
             where r.tenant_id = a.tenant_id and r.asset_id = a.id and r.voided_at is null order by r.read_at desc limit 1),
           case t.units when 'imperial' then 'mi' else 'km' end),
         (select jsonb_agg(jsonb_build_array(k.id, k.name, k.type, v.value) order by k.name, k.id)
            from jsonb_each(a.custom_fields) v join public.custom_fields k on k.tenant_id = a.tenant_id and k.id = v.key::uuid and not k.encrypted),
         h.id, h.target_type, h.target_user_id, h.target_location_id, coalesce(person.display_name, place.name, other.tag),
         h.checked_out_at, h.expected_checkin_at, h.accepted_at, h.declined_at, h.requires_acceptance, a.version,
         a.created_at, a.updated_at, a.archived_at
    from public.assets a
    join public.tenants t on t.id = a.tenant_id
    join public.asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id
    join public.categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
    left join public.manufacturers f on f.tenant_id = m.tenant_id and f.id = m.manufacturer_id
    left join public.depreciations d on d.tenant_id = m.tenant_id and d.id = m.depreciation_id
    left join public.locations l on l.tenant_id = a.tenant_id and l.id = a.location_id
    left join public.companies o on o.tenant_id = a.tenant_id and o.id = a.company_id
    left join public.suppliers s on s.tenant_id = a.tenant_id and s.id = a.supplier_id
    left join public.status_labels b on b.tenant_id = a.tenant_id and b.id = a.status_label_id
    left join public.asset_assignments h on h.tenant_id = a.tenant_id and h.asset_id = a.id and h.checked_in_at is null
    left join public.users person on person.id = h.target_user_id
    left join public.locations place on place.tenant_id = h.tenant_id and place.id = h.target_location_id
    left join public.assets other on other.tenant_id = h.tenant_id and other.id = h.target_asset_id
   where a.id = p_id;
end $$;
revoke all on function asset_page(uuid, timestamptz) from public;
alter function asset_page(uuid, timestamptz) owner to panorama_definer;
grant execute on function asset_page(uuid, timestamptz) to panorama_app;

-- The first five calls of each connection planned anew.
alter function asset_details(uuid[]) set plan_cache_mode = force_generic_plan;
