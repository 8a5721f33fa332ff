-- Names are unique without case; an expression index is beyond the generated migration.
create unique index locations_name_key on locations (tenant_id, lower(name));
create unique index suppliers_name_key on suppliers (tenant_id, lower(name));
create unique index companies_name_key on companies (tenant_id, lower(name));
create unique index departments_name_key on departments (tenant_id, lower(name));
create unique index status_labels_name_key on status_labels (tenant_id, lower(name));
create unique index fieldsets_name_key on fieldsets (tenant_id, lower(name));
create unique index custom_fields_name_key on custom_fields (tenant_id, lower(name));
-- Sorting by purchase date puts assets without one last, in either direction of the keyset.
create index assets_purchase_date_idx on assets (tenant_id, (coalesce(purchase_date, 'infinity'::date)), id);
