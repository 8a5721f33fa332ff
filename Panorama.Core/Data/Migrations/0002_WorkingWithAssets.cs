using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class WorkingWithAssets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "asset_number_digits",
                table: "tenants",
                type: "integer",
                nullable: false,
                defaultValueSql: "5");

            migrationBuilder.AddColumn<bool>(
                name: "unique_serials",
                table: "tenants",
                type: "boolean",
                nullable: false,
                defaultValueSql: "false");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "archived_at",
                table: "fieldsets",
                type: "timestamp(3) with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "serial_key",
                table: "assets",
                type: "text",
                nullable: true,
                computedColumnSql: "lower(normalize(serial, NFC))",
                stored: true);

            migrationBuilder.CreateTable(
                name: "asset_labels",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("asset_labels_pkey", x => x.id);
                    table.UniqueConstraint("asset_labels_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("asset_labels_code_check", "code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'");
                    table.ForeignKey(
                        name: "asset_labels_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "asset_labels_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "bulk_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    request = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'{}'"),
                    state = table.Column<string>(type: "text", nullable: false),
                    total = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    done = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    changed = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    skipped = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    failed = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    undo_of = table.Column<Guid>(type: "uuid", nullable: true),
                    started_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cancel_requested_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("bulk_runs_pkey", x => x.id);
                    table.UniqueConstraint("bulk_runs_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("bulk_runs_counts_check", "least(total, done, changed, skipped, failed) >= 0 and done <= total");
                    table.CheckConstraint("bulk_runs_state_check", "state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')");
                    table.ForeignKey(
                        name: "bulk_runs_started_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.started_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "bulk_runs_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "bulk_runs_undo_of_fkey",
                        columns: x => new { x.tenant_id, x.undo_of },
                        principalTable: "bulk_runs",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    list = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    query = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'{}'"),
                    is_shared = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    owner_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("saved_views_pkey", x => x.id);
                    table.UniqueConstraint("saved_views_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("saved_views_list_check", "list in ('assets', 'custody')");
                    table.CheckConstraint("saved_views_name_check", "length(name) between 1 and 100");
                    table.CheckConstraint("saved_views_query_size_cap", "pg_column_size(query) <= 8192");
                    table.ForeignKey(
                        name: "saved_views_owner_user_id_fkey",
                        columns: x => new { x.tenant_id, x.owner_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "saved_views_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "bulk_run_items",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'PENDING'"),
                    code = table.Column<string>(type: "text", nullable: true),
                    before = table.Column<string>(type: "jsonb", nullable: true),
                    after = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("bulk_run_items_pkey", x => x.id);
                    table.UniqueConstraint("bulk_run_items_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("bulk_run_items_ordinal_check", "ordinal >= 0");
                    table.CheckConstraint("bulk_run_items_state_check", "state in ('PENDING', 'CHANGED', 'SKIPPED', 'FAILED', 'UNDONE')");
                    table.ForeignKey(
                        name: "bulk_run_items_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "bulk_run_items_run_id_fkey",
                        columns: x => new { x.tenant_id, x.run_id },
                        principalTable: "bulk_runs",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "bulk_run_items_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.AddCheckConstraint(
                name: "tenants_asset_number_digits_check",
                table: "tenants",
                sql: "asset_number_digits between 1 and 12");

            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_serial_key_idx",
                table: "assets",
                columns: new[] { "tenant_id", "serial_key" },
                filter: "serial_key is not null");

            migrationBuilder.CreateIndex(
                name: "asset_labels_code_key",
                table: "asset_labels",
                column: "code",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "asset_labels_live_per_asset",
                table: "asset_labels",
                columns: new[] { "tenant_id", "asset_id" },
                unique: true,
                filter: "revoked_at is null");

            migrationBuilder.CreateIndex(
                name: "asset_labels_tenant_id_asset_id_created_at_idx",
                table: "asset_labels",
                columns: new[] { "tenant_id", "asset_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "bulk_run_items_tenant_id_asset_id_idx",
                table: "bulk_run_items",
                columns: new[] { "tenant_id", "asset_id" });

            migrationBuilder.CreateIndex(
                name: "bulk_run_items_tenant_id_run_id_ordinal_key",
                table: "bulk_run_items",
                columns: new[] { "tenant_id", "run_id", "ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "bulk_run_items_tenant_id_run_id_state_ordinal_idx",
                table: "bulk_run_items",
                columns: new[] { "tenant_id", "run_id", "state", "ordinal" });

            migrationBuilder.CreateIndex(
                name: "bulk_runs_claimable_idx",
                table: "bulk_runs",
                column: "created_at",
                filter: "state in ('QUEUED', 'RUNNING')");

            migrationBuilder.CreateIndex(
                name: "bulk_runs_tenant_id_created_at_id_idx",
                table: "bulk_runs",
                columns: new[] { "tenant_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "bulk_runs_tenant_id_started_by_user_id_idx",
                table: "bulk_runs",
                columns: new[] { "tenant_id", "started_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "bulk_runs_tenant_id_undo_of_idx",
                table: "bulk_runs",
                columns: new[] { "tenant_id", "undo_of" });

            migrationBuilder.CreateIndex(
                name: "saved_views_tenant_id_list_name_id_idx",
                table: "saved_views",
                columns: new[] { "tenant_id", "list", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "saved_views_tenant_id_owner_user_id_idx",
                table: "saved_views",
                columns: new[] { "tenant_id", "owner_user_id" });

            migrationBuilder.Sql(MigrationSql.Read("working_with_assets.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
