-- Names are unique without case; an expression index is beyond the generated migration.
create unique index locations_name_key on locations (tenant_id, lower(name));
create unique index suppliers_name_key on suppliers (tenant_id, lower(name));
create unique index companies_name_key on companies (tenant_id, lower(name));
create unique index departments_name_key on departments (tenant_id, lower(name));
create unique index status_labels_name_key on status_labels (tenant_id, lower(name));
create unique index fieldsets_name_key on fieldsets (tenant_id, lower(name));
create unique index custom_fields_name_key on custom_fields (tenant_id, lower(name));
-- Sorting by purchase date puts assets without one last, in either direction of the keyset.
-- CASE and not coalesce: the planner holds coalesce for leaky, so under row security it would be no index condition.
create index assets_purchase_date_idx on assets (tenant_id, (case when purchase_date is null then 'infinity'::date else purchase_date end), id);
-- Lists to choose from page by the name as it is: lower() is not leakproof, so the unique indexes above lead to no page.
create index locations_name_idx on locations (tenant_id, name, id);
create index suppliers_name_idx on suppliers (tenant_id, name, id);
create index companies_name_idx on companies (tenant_id, name, id);
create index status_labels_name_idx on status_labels (tenant_id, name, id);
create index custom_fields_name_idx on custom_fields (tenant_id, name, id);
