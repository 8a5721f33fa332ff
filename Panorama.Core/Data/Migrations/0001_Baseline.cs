using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Baseline : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            BaselineSql.BeforeTables(migrationBuilder);

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    xml_encrypted = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("data_protection_keys_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "job_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    job = table.Column<string>(type: "text", maxLength: 100, nullable: false),
                    fired_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    items = table.Column<long>(type: "bigint", nullable: false),
                    error = table.Column<string>(type: "text", maxLength: 2000, nullable: true),
                    instance = table.Column<string>(type: "text", maxLength: 200, nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("job_runs_pkey", x => x.id);
                    table.CheckConstraint("job_runs_outcome_check", "outcome in ('RUNNING', 'SUCCEEDED', 'FINDING', 'FAILED', 'CANCELLED')");
                });

            migrationBuilder.CreateTable(
                name: "system_settings",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "jsonb", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("system_settings_pkey", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    email = table.Column<string>(type: "text", nullable: true),
                    display_name = table.Column<string>(type: "text", nullable: false),
                    first_name = table.Column<string>(type: "text", nullable: true),
                    last_name = table.Column<string>(type: "text", nullable: true),
                    locale = table.Column<string>(type: "text", nullable: true),
                    time_zone = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'ACTIVE'"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    last_login_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("users_pkey", x => x.id);
                    table.CheckConstraint("users_email_lower_check", "email = lower(email)");
                    table.CheckConstraint("users_locale_check", "locale in ('en', 'pt-br', 'es')");
                    table.CheckConstraint("users_status_check", "status in ('ACTIVE', 'SUSPENDED', 'DEACTIVATED')");
                });

            migrationBuilder.CreateTable(
                name: "auth_identities",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    email_at_link = table.Column<string>(type: "text", nullable: false),
                    secret_hash = table.Column<string>(type: "text", nullable: true),
                    attributes = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("auth_identities_pkey", x => x.id);
                    table.CheckConstraint("auth_identities_provider_check", "provider in ('password', 'google', 'microsoft', 'saml', 'webauthn')");
                    table.ForeignKey(
                        name: "auth_identities_user_id_fkey",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "setup_links",
                columns: table => new
                {
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("setup_links_pkey", x => x.token_hash);
                    table.ForeignKey(
                        name: "setup_links_user_id_fkey",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    slug = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    display_name = table.Column<string>(type: "text", nullable: false),
                    locale = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'en'"),
                    timezone = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'UTC'"),
                    allowed_email_domains = table.Column<string[]>(type: "text[]", nullable: false, defaultValueSql: "'{}'"),
                    invitation_ttl_seconds = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "604800"),
                    reservation_rules = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'{}'"),
                    notification_retention_days = table.Column<int>(type: "integer", nullable: true),
                    inspection_config = table.Column<string>(type: "jsonb", nullable: true),
                    inspection_photo_retention_days = table.Column<int>(type: "integer", nullable: true),
                    require_inspection_before_checkout = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    system_actor_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    auto_open_maintenance_from_inspection = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    notify_last_requester_on_maintenance_open = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    maintenance_mileage_interval = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "7500"),
                    maintenance_day_interval = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "180"),
                    maintenance_stale_warning_days = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "60"),
                    maintenance_reopen_window_days = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "14"),
                    units = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'metric'"),
                    currency = table.Column<string>(type: "char(3)", nullable: true),
                    next_asset_number = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "1"),
                    asset_number_prefix = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("tenants_pkey", x => x.id);
                    table.CheckConstraint("tenants_inspection_config_size_cap", "inspection_config is null or pg_column_size(inspection_config) <= 2048");
                    table.CheckConstraint("tenants_inspection_retention_floor", "inspection_photo_retention_days is null or inspection_photo_retention_days >= 30");
                    table.CheckConstraint("tenants_invitation_ttl_seconds_check", "invitation_ttl_seconds between 3600 and 2592000");
                    table.CheckConstraint("tenants_slug_check", "slug ~ '^[a-z0-9][a-z0-9-]*$'");
                    table.CheckConstraint("tenants_units_check", "units in ('metric', 'imperial')");
                    table.ForeignKey(
                        name: "tenants_system_actor_user_id_fkey",
                        column: x => x.system_actor_user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "categories",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    eula = table.Column<string>(type: "text", nullable: true),
                    checkout_accepted = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("categories_pkey", x => x.id);
                    table.UniqueConstraint("categories_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("categories_kind_check", "kind in ('HARDWARE', 'LICENSE', 'ACCESSORY', 'CONSUMABLE', 'COMPONENT', 'VEHICLE', 'OTHER')");
                    table.ForeignKey(
                        name: "categories_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "companies",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("companies_pkey", x => x.id);
                    table.UniqueConstraint("companies_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "companies_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "custom_fields",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    options = table.Column<string>(type: "jsonb", nullable: true),
                    required = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    is_unique = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    searchable = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    encrypted = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    show_in_list = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("custom_fields_pkey", x => x.id);
                    table.UniqueConstraint("custom_fields_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("custom_fields_type_check", "type in ('text', 'textarea', 'number', 'date', 'boolean', 'list', 'multi-list', 'file', 'url', 'email', 'ip', 'mac', 'regex')");
                    table.ForeignKey(
                        name: "custom_fields_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "departments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("departments_pkey", x => x.id);
                    table.UniqueConstraint("departments_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "departments_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "fieldsets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("fieldsets_pkey", x => x.id);
                    table.UniqueConstraint("fieldsets_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fieldsets_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "locations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    parent_id = table.Column<Guid>(type: "uuid", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    address = table.Column<string>(type: "text", nullable: true),
                    time_zone = table.Column<string>(type: "text", nullable: true),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("locations_pkey", x => x.id);
                    table.UniqueConstraint("locations_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("locations_parent_check", "parent_id <> id");
                    table.ForeignKey(
                        name: "locations_parent_id_fkey",
                        columns: x => new { x.tenant_id, x.parent_id },
                        principalTable: "locations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "locations_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "manufacturers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    url = table.Column<string>(type: "text", nullable: true),
                    support_email = table.Column<string>(type: "text", nullable: true),
                    support_phone = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("manufacturers_pkey", x => x.id);
                    table.UniqueConstraint("manufacturers_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "manufacturers_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    provider = table.Column<string>(type: "text", nullable: false),
                    auth_level = table.Column<short>(type: "smallint", nullable: false),
                    idle_seconds = table.Column<int>(type: "integer", nullable: false),
                    ip = table.Column<string>(type: "text", nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    idle_expires_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    absolute_expires_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("sessions_pkey", x => x.id);
                    table.CheckConstraint("sessions_token_hash_check", "octet_length(token_hash) = 32");
                    table.ForeignKey(
                        name: "sessions_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "sessions_user_id_fkey",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "status_labels",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    type = table.Column<string>(type: "text", nullable: false),
                    color = table.Column<string>(type: "text", nullable: true),
                    show_in_nav = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    is_default = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    maps_to = table.Column<string>(type: "text", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("status_labels_pkey", x => x.id);
                    table.UniqueConstraint("status_labels_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("status_labels_color_check", "color ~ '^#[0-9a-f]{6}$'");
                    table.CheckConstraint("status_labels_maps_to_check", "maps_to in ('READY', 'IN_USE', 'RESERVED', 'MAINTENANCE', 'RETIRED')");
                    table.CheckConstraint("status_labels_type_check", "type in ('deployable', 'pending', 'undeployable', 'archived')");
                    table.ForeignKey(
                        name: "status_labels_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "suppliers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("suppliers_pkey", x => x.id);
                    table.UniqueConstraint("suppliers_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "suppliers_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tenant_memberships",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'active'"),
                    is_vip = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    username = table.Column<string>(type: "text", nullable: true),
                    training_valid_until = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    invited_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    invited_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    metadata = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("tenant_memberships_pkey", x => x.id);
                    table.UniqueConstraint("tenant_memberships_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.UniqueConstraint("tenant_memberships_tenant_id_user_id_key", x => new { x.tenant_id, x.user_id });
                    table.CheckConstraint("tenant_memberships_role_check", "role in ('owner', 'fleet_admin', 'fleet_staff', 'driver', 'system')");
                    table.CheckConstraint("tenant_memberships_status_check", "status in ('active', 'invited', 'suspended', 'removed')");
                    table.CheckConstraint("tenant_memberships_username_lower_check", "username = lower(username)");
                    table.ForeignKey(
                        name: "tenant_memberships_invited_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.invited_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "tenant_memberships_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "tenant_memberships_user_id_fkey",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "fieldset_fields",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fieldset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    field_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("fieldset_fields_pkey", x => new { x.tenant_id, x.fieldset_id, x.field_id });
                    table.ForeignKey(
                        name: "fieldset_fields_field_id_fkey",
                        columns: x => new { x.tenant_id, x.field_id },
                        principalTable: "custom_fields",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fieldset_fields_fieldset_id_fkey",
                        columns: x => new { x.tenant_id, x.fieldset_id },
                        principalTable: "fieldsets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fieldset_fields_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "asset_models",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    category_id = table.Column<Guid>(type: "uuid", nullable: false),
                    manufacturer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    model_number = table.Column<string>(type: "text", nullable: true),
                    image_url = table.Column<string>(type: "text", nullable: true),
                    notes = table.Column<string>(type: "text", nullable: true),
                    fieldset_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("asset_models_pkey", x => x.id);
                    table.UniqueConstraint("asset_models_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "asset_models_category_id_fkey",
                        columns: x => new { x.tenant_id, x.category_id },
                        principalTable: "categories",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_models_fieldset_id_fkey",
                        columns: x => new { x.tenant_id, x.fieldset_id },
                        principalTable: "fieldsets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_models_manufacturer_id_fkey",
                        columns: x => new { x.tenant_id, x.manufacturer_id },
                        principalTable: "manufacturers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_models_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    route = table.Column<string>(type: "text", nullable: false),
                    request_sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    response = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("idempotency_keys_pkey", x => new { x.tenant_id, x.user_id, x.key });
                    table.CheckConstraint("idempotency_keys_key_check", "length(key) between 1 and 255");
                    table.ForeignKey(
                        name: "idempotency_keys_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "idempotency_keys_user_id_fkey",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "imports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    file = table.Column<byte[]>(type: "bytea", nullable: true),
                    size_bytes = table.Column<int>(type: "integer", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    options = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'{}'"),
                    state = table.Column<string>(type: "text", nullable: false),
                    rows_total = table.Column<int>(type: "integer", nullable: true),
                    rows_done = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    created = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    updated = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    matched = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    rejected = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    error_code = table.Column<string>(type: "text", nullable: true),
                    started_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("imports_pkey", x => x.id);
                    table.UniqueConstraint("imports_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("imports_size_bytes_check", "size_bytes between 0 and 26214400");
                    table.CheckConstraint("imports_state_check", "state in ('QUEUED', 'RUNNING', 'PAUSED', 'DONE', 'FAILED', 'CANCELLED')");
                    table.ForeignKey(
                        name: "imports_started_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.started_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "imports_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "personal_access_tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    issuer_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    token_prefix = table.Column<string>(type: "text", nullable: false),
                    scopes = table.Column<string[]>(type: "text[]", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    created_by_ip = table.Column<string>(type: "text", nullable: true),
                    created_by_user_agent = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("personal_access_tokens_pkey", x => x.id);
                    table.UniqueConstraint("personal_access_tokens_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("personal_access_tokens_name_check", "length(name) between 1 and 100");
                    table.ForeignKey(
                        name: "personal_access_tokens_issuer_user_id_fkey",
                        columns: x => new { x.tenant_id, x.issuer_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "personal_access_tokens_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "personal_access_tokens_user_id_fkey",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tenant_features",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    feature = table.Column<string>(type: "text", nullable: false),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    changed_by_user_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("tenant_features_pkey", x => new { x.tenant_id, x.feature });
                    table.CheckConstraint("tenant_features_feature_check", "feature ~ '^[a-z][a-z0-9_]*$'");
                    table.ForeignKey(
                        name: "tenant_features_changed_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.changed_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "tenant_features_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "assets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    model_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tag = table.Column<string>(type: "text", nullable: false),
                    tag_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "lower(normalize(tag, NFC))", stored: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    search_text = table.Column<string>(type: "text", nullable: false),
                    serial = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'READY'"),
                    bookable = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    status_label_id = table.Column<Guid>(type: "uuid", nullable: true),
                    supplier_id = table.Column<Guid>(type: "uuid", nullable: true),
                    company_id = table.Column<Guid>(type: "uuid", nullable: true),
                    purchase_date = table.Column<DateOnly>(type: "date", nullable: true),
                    eol_date = table.Column<DateOnly>(type: "date", nullable: true),
                    purchase_cost = table.Column<decimal>(type: "numeric(19,4)", nullable: true),
                    currency = table.Column<string>(type: "char(3)", nullable: true),
                    order_number = table.Column<string>(type: "text", nullable: true),
                    notes = table.Column<string>(type: "text", nullable: true),
                    warranty_months = table.Column<int>(type: "integer", nullable: true),
                    location_id = table.Column<Guid>(type: "uuid", nullable: true),
                    custom_fields = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'{}'"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    last_read_mileage = table.Column<decimal>(type: "numeric(12,1)", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("assets_pkey", x => x.id);
                    table.UniqueConstraint("assets_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("assets_last_read_mileage_nonneg", "last_read_mileage >= 0");
                    table.CheckConstraint("assets_money_check", "(purchase_cost is null) = (currency is null)");
                    table.CheckConstraint("assets_purchase_cost_check", "purchase_cost >= 0");
                    table.CheckConstraint("assets_status_check", "status in ('READY', 'IN_USE', 'RESERVED', 'MAINTENANCE', 'RETIRED')");
                    table.CheckConstraint("assets_tag_check", "length(tag) between 1 and 64");
                    table.CheckConstraint("assets_warranty_months_check", "warranty_months between 0 and 240");
                    table.ForeignKey(
                        name: "assets_company_id_fkey",
                        columns: x => new { x.tenant_id, x.company_id },
                        principalTable: "companies",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "assets_location_id_fkey",
                        columns: x => new { x.tenant_id, x.location_id },
                        principalTable: "locations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "assets_model_id_fkey",
                        columns: x => new { x.tenant_id, x.model_id },
                        principalTable: "asset_models",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "assets_status_label_id_fkey",
                        columns: x => new { x.tenant_id, x.status_label_id },
                        principalTable: "status_labels",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "assets_supplier_id_fkey",
                        columns: x => new { x.tenant_id, x.supplier_id },
                        principalTable: "suppliers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "assets_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "import_findings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    line = table.Column<int>(type: "integer", nullable: false),
                    column_name = table.Column<string>(type: "text", nullable: true),
                    severity = table.Column<string>(type: "text", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false),
                    args = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'{}'")
                },
                constraints: table =>
                {
                    table.PrimaryKey("import_findings_pkey", x => x.id);
                    table.UniqueConstraint("import_findings_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("import_findings_severity_check", "severity in ('warning', 'reject')");
                    table.ForeignKey(
                        name: "import_findings_import_id_fkey",
                        columns: x => new { x.tenant_id, x.import_id },
                        principalTable: "imports",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "import_findings_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "asset_assignments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    target_type = table.Column<string>(type: "text", nullable: false),
                    target_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    target_location_id = table.Column<Guid>(type: "uuid", nullable: true),
                    target_asset_id = table.Column<Guid>(type: "uuid", nullable: true),
                    checked_out_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    checked_out_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    expected_checkin_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    acceptance_text = table.Column<string>(type: "text", nullable: true),
                    signature_photo_id = table.Column<Guid>(type: "uuid", nullable: true),
                    declined_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    checked_in_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    checked_in_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    note = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("asset_assignments_pkey", x => x.id);
                    table.UniqueConstraint("asset_assignments_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("asset_assignments_not_itself_check", "target_asset_id <> asset_id");
                    table.CheckConstraint("asset_assignments_one_target_check", "num_nonnulls(target_user_id, target_location_id, target_asset_id) = 1 and case target_type when 'user' then target_user_id is not null when 'location' then target_location_id is not null else target_asset_id is not null end");
                    table.CheckConstraint("asset_assignments_target_type_check", "target_type in ('user', 'location', 'asset')");
                    table.ForeignKey(
                        name: "asset_assignments_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_assignments_checked_in_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.checked_in_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_assignments_checked_out_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.checked_out_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_assignments_target_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.target_asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_assignments_target_location_id_fkey",
                        columns: x => new { x.tenant_id, x.target_location_id },
                        principalTable: "locations",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_assignments_target_user_id_fkey",
                        columns: x => new { x.tenant_id, x.target_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_assignments_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "custom_values",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    field_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    value_key = table.Column<string>(type: "text", nullable: false),
                    is_unique = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("custom_values_pkey", x => new { x.tenant_id, x.field_id, x.asset_id });
                    table.ForeignKey(
                        name: "custom_values_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "custom_values_field_id_fkey",
                        columns: x => new { x.tenant_id, x.field_id },
                        principalTable: "custom_fields",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "custom_values_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "meter_readings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    value = table.Column<decimal>(type: "numeric(12,1)", nullable: false),
                    unit = table.Column<string>(type: "text", nullable: false),
                    read_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    reservation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    read_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    voided_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    void_reason = table.Column<string>(type: "text", nullable: true),
                    voided_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("meter_readings_pkey", x => x.id);
                    table.UniqueConstraint("meter_readings_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("meter_readings_source_check", "source in ('manual', 'check_out', 'check_in', 'inspection', 'maintenance', 'import')");
                    table.CheckConstraint("meter_readings_unit_check", "unit in ('km', 'mi', 'h')");
                    table.CheckConstraint("meter_readings_value_check", "value >= 0");
                    table.CheckConstraint("meter_readings_void_check", "(voided_at is null) = (void_reason is null)");
                    table.ForeignKey(
                        name: "meter_readings_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "meter_readings_read_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.read_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "meter_readings_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "meter_readings_voided_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.voided_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_open_per_asset",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "asset_id" },
                unique: true,
                filter: "checked_in_at is null");

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_asset_id_checked_out_at_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "asset_id", "checked_out_at" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_checked_in_by_user_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "checked_in_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_checked_out_by_user_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "checked_out_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_target_asset_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "target_asset_id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_target_location_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "target_location_id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_target_user_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "target_user_id" });

            migrationBuilder.CreateIndex(
                name: "asset_models_tenant_id_category_id_idx",
                table: "asset_models",
                columns: new[] { "tenant_id", "category_id" });

            migrationBuilder.CreateIndex(
                name: "asset_models_tenant_id_fieldset_id_idx",
                table: "asset_models",
                columns: new[] { "tenant_id", "fieldset_id" });

            migrationBuilder.CreateIndex(
                name: "asset_models_tenant_id_manufacturer_id_idx",
                table: "asset_models",
                columns: new[] { "tenant_id", "manufacturer_id" });

            migrationBuilder.CreateIndex(
                name: "asset_models_tenant_id_name_id_idx",
                table: "asset_models",
                columns: new[] { "tenant_id", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "assets_live_tag_key",
                table: "assets",
                columns: new[] { "tenant_id", "tag_key" },
                unique: true,
                filter: "archived_at is null");

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_bookable_idx",
                table: "assets",
                columns: new[] { "tenant_id", "bookable" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_company_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "company_id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_created_at_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_location_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "location_id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_model_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "model_id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_name_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_status_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_status_label_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "status_label_id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_supplier_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "supplier_id" });

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_tag_key_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "tag_key", "id" });

            migrationBuilder.CreateIndex(
                name: "auth_identities_provider_subject_key",
                table: "auth_identities",
                columns: new[] { "provider", "subject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "auth_identities_user_id_idx",
                table: "auth_identities",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "categories_tenant_id_name_kind_key",
                table: "categories",
                columns: new[] { "tenant_id", "name", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "custom_values_lookup_idx",
                table: "custom_values",
                columns: new[] { "tenant_id", "field_id", "value_key" });

            migrationBuilder.CreateIndex(
                name: "custom_values_tenant_id_asset_id_idx",
                table: "custom_values",
                columns: new[] { "tenant_id", "asset_id" });

            migrationBuilder.CreateIndex(
                name: "custom_values_unique_key",
                table: "custom_values",
                columns: new[] { "tenant_id", "field_id", "value_key" },
                unique: true,
                filter: "is_unique");

            migrationBuilder.CreateIndex(
                name: "fieldset_fields_tenant_id_field_id_idx",
                table: "fieldset_fields",
                columns: new[] { "tenant_id", "field_id" });

            migrationBuilder.CreateIndex(
                name: "idempotency_keys_created_at_idx",
                table: "idempotency_keys",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "import_findings_tenant_id_import_id_line_id_idx",
                table: "import_findings",
                columns: new[] { "tenant_id", "import_id", "line", "id" });

            migrationBuilder.CreateIndex(
                name: "imports_claimable_idx",
                table: "imports",
                column: "created_at",
                filter: "state in ('QUEUED', 'RUNNING')");

            migrationBuilder.CreateIndex(
                name: "imports_tenant_id_created_at_id_idx",
                table: "imports",
                columns: new[] { "tenant_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "imports_tenant_id_started_by_user_id_idx",
                table: "imports",
                columns: new[] { "tenant_id", "started_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "job_runs_once_per_firing",
                table: "job_runs",
                columns: new[] { "job", "fired_at" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "locations_tenant_id_parent_id_idx",
                table: "locations",
                columns: new[] { "tenant_id", "parent_id" });

            migrationBuilder.CreateIndex(
                name: "manufacturers_tenant_id_name_key",
                table: "manufacturers",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "meter_readings_tenant_id_asset_id_read_at_idx",
                table: "meter_readings",
                columns: new[] { "tenant_id", "asset_id", "read_at" });

            migrationBuilder.CreateIndex(
                name: "meter_readings_tenant_id_read_by_user_id_idx",
                table: "meter_readings",
                columns: new[] { "tenant_id", "read_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "meter_readings_tenant_id_voided_by_user_id_idx",
                table: "meter_readings",
                columns: new[] { "tenant_id", "voided_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "personal_access_tokens_tenant_id_issuer_user_id_idx",
                table: "personal_access_tokens",
                columns: new[] { "tenant_id", "issuer_user_id" });

            migrationBuilder.CreateIndex(
                name: "personal_access_tokens_tenant_id_revoked_at_idx",
                table: "personal_access_tokens",
                columns: new[] { "tenant_id", "revoked_at" });

            migrationBuilder.CreateIndex(
                name: "personal_access_tokens_tenant_id_user_id_idx",
                table: "personal_access_tokens",
                columns: new[] { "tenant_id", "user_id" });

            migrationBuilder.CreateIndex(
                name: "personal_access_tokens_token_hash_key",
                table: "personal_access_tokens",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "personal_access_tokens_user_id_revoked_at_idx",
                table: "personal_access_tokens",
                columns: new[] { "user_id", "revoked_at" });

            migrationBuilder.CreateIndex(
                name: "sessions_absolute_expires_at_idx",
                table: "sessions",
                column: "absolute_expires_at");

            migrationBuilder.CreateIndex(
                name: "sessions_tenant_id_idx",
                table: "sessions",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "sessions_token_hash_key",
                table: "sessions",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "sessions_user_id_idx",
                table: "sessions",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "setup_links_user_id_idx",
                table: "setup_links",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "tenant_features_tenant_id_changed_by_user_id_idx",
                table: "tenant_features",
                columns: new[] { "tenant_id", "changed_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "tenant_memberships_tenant_id_invited_by_user_id_idx",
                table: "tenant_memberships",
                columns: new[] { "tenant_id", "invited_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "tenant_memberships_tenant_id_status_idx",
                table: "tenant_memberships",
                columns: new[] { "tenant_id", "status" });

            migrationBuilder.CreateIndex(
                name: "tenant_memberships_user_id_idx",
                table: "tenant_memberships",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "tenant_memberships_username_key",
                table: "tenant_memberships",
                columns: new[] { "tenant_id", "username" },
                unique: true,
                filter: "username is not null");

            migrationBuilder.CreateIndex(
                name: "tenants_slug_key",
                table: "tenants",
                column: "slug",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "tenants_system_actor_user_id_idx",
                table: "tenants",
                column: "system_actor_user_id");

            migrationBuilder.CreateIndex(
                name: "users_email_key",
                table: "users",
                column: "email",
                unique: true,
                filter: "email is not null");

            BaselineSql.AfterTables(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
