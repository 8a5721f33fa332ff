using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Inspections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "photos_asset_upload_key",
                table: "photos");

            migrationBuilder.DropIndex(
                name: "photos_gallery_idx",
                table: "photos");

            migrationBuilder.DropCheckConstraint(
                name: "photos_one_owner",
                table: "photos");

            migrationBuilder.AddColumn<Guid>(
                name: "inspection_id",
                table: "photos",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "response_id",
                table: "photos",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "inspections",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    template_id = table.Column<Guid>(type: "uuid", nullable: false),
                    template_name = table.Column<string>(type: "text", nullable: false),
                    template_snapshot = table.Column<string>(type: "jsonb", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    started_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'IN_PROGRESS'"),
                    outcome = table.Column<string>(type: "text", nullable: true),
                    summary_note = table.Column<string>(type: "text", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    completed_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reviewed_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    reviewed_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    review_note = table.Column<string>(type: "text", nullable: true),
                    cancelled_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    cancelled_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    cancel_reason = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("inspections_pkey", x => x.id);
                    table.UniqueConstraint("inspections_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("inspections_cancelled_coherent", "(status = 'CANCELLED') = (cancelled_at is not null) and (cancelled_at is not null or (cancelled_by_user_id is null and cancel_reason is null))");
                    table.CheckConstraint("inspections_completed_coherent", "(status = 'COMPLETED') = (completed_at is not null) and (status = 'COMPLETED') = (completed_by_user_id is not null)");
                    table.CheckConstraint("inspections_notes_check", "length(summary_note) <= 500 and length(review_note) <= 2000 and length(cancel_reason) <= 500");
                    table.CheckConstraint("inspections_outcome_check", "outcome in ('PASS', 'FAIL', 'NEEDS_MAINTENANCE')");
                    table.CheckConstraint("inspections_outcome_coherent", "(status = 'COMPLETED') = (outcome is not null)");
                    table.CheckConstraint("inspections_reviewed_coherent", "(reviewed_at is null) = (reviewed_by_user_id is null) and (reviewed_at is null or status = 'COMPLETED') and (review_note is null or reviewed_at is not null)");
                    table.CheckConstraint("inspections_snapshot_size_cap", "pg_column_size(template_snapshot) <= 65536");
                    table.CheckConstraint("inspections_snapshot_well_formed", "coalesce(jsonb_typeof(template_snapshot -> 'items') = 'array' and jsonb_array_length(template_snapshot -> 'items') >= 1, false)");
                    table.CheckConstraint("inspections_status_check", "status in ('IN_PROGRESS', 'COMPLETED', 'CANCELLED')");
                    table.ForeignKey(
                        name: "inspections_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspections_cancelled_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.cancelled_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspections_completed_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.completed_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspections_reviewed_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.reviewed_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspections_started_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.started_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspections_template_id_fkey",
                        columns: x => new { x.tenant_id, x.template_id },
                        principalTable: "inspection_templates",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspections_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "inspection_responses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    inspection_id = table.Column<Guid>(type: "uuid", nullable: false),
                    snapshot_item_id = table.Column<Guid>(type: "uuid", nullable: false),
                    boolean_value = table.Column<bool>(type: "boolean", nullable: true),
                    text_value = table.Column<string>(type: "text", nullable: true),
                    number_value = table.Column<double>(type: "double precision", nullable: true),
                    note = table.Column<string>(type: "text", nullable: true),
                    responded_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    responded_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("inspection_responses_pkey", x => x.id);
                    table.UniqueConstraint("inspection_responses_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("inspection_responses_single_answer", "num_nonnulls(boolean_value, text_value, number_value) <= 1");
                    table.CheckConstraint("inspection_responses_text_check", "length(text_value) <= 2000 and length(note) <= 2000");
                    table.ForeignKey(
                        name: "inspection_responses_inspection_id_fkey",
                        columns: x => new { x.tenant_id, x.inspection_id },
                        principalTable: "inspections",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "inspection_responses_responded_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.responded_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspection_responses_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "photos_asset_upload_key",
                table: "photos",
                columns: new[] { "tenant_id", "asset_id", "client_upload_key" },
                unique: true,
                filter: "inspection_id is null");

            migrationBuilder.CreateIndex(
                name: "photos_gallery_idx",
                table: "photos",
                columns: new[] { "tenant_id", "asset_id", "created_at", "id" },
                descending: new[] { false, false, true, true },
                filter: "deleted_at is null and inspection_id is null");

            migrationBuilder.CreateIndex(
                name: "photos_inspection_upload_key",
                table: "photos",
                columns: new[] { "tenant_id", "inspection_id", "client_upload_key" },
                unique: true,
                filter: "inspection_id is not null");

            migrationBuilder.CreateIndex(
                name: "photos_response",
                table: "photos",
                columns: new[] { "tenant_id", "response_id" },
                filter: "response_id is not null and deleted_at is null");

            migrationBuilder.AddCheckConstraint(
                name: "photos_one_owner",
                table: "photos",
                sql: "asset_id is not null and (response_id is null or inspection_id is not null)");

            migrationBuilder.CreateIndex(
                name: "inspection_responses_item_key",
                table: "inspection_responses",
                columns: new[] { "tenant_id", "inspection_id", "snapshot_item_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "inspection_responses_tenant_id_responded_by_user_id_idx",
                table: "inspection_responses",
                columns: new[] { "tenant_id", "responded_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "inspections_asset_recent",
                table: "inspections",
                columns: new[] { "tenant_id", "asset_id", "started_at", "id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "inspections_mine_recent",
                table: "inspections",
                columns: new[] { "tenant_id", "started_by_user_id", "started_at", "id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "inspections_needs_review",
                table: "inspections",
                columns: new[] { "tenant_id", "started_at", "id" },
                descending: new[] { false, true, true },
                filter: "status = 'COMPLETED' and reviewed_at is null and outcome <> 'PASS'");

            migrationBuilder.CreateIndex(
                name: "inspections_open_key",
                table: "inspections",
                columns: new[] { "tenant_id", "asset_id", "started_by_user_id" },
                unique: true,
                filter: "status = 'IN_PROGRESS'");

            migrationBuilder.CreateIndex(
                name: "inspections_recent",
                table: "inspections",
                columns: new[] { "tenant_id", "started_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "inspections_tenant_id_cancelled_by_user_id_idx",
                table: "inspections",
                columns: new[] { "tenant_id", "cancelled_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "inspections_tenant_id_completed_by_user_id_idx",
                table: "inspections",
                columns: new[] { "tenant_id", "completed_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "inspections_tenant_id_reviewed_by_user_id_idx",
                table: "inspections",
                columns: new[] { "tenant_id", "reviewed_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "inspections_tenant_id_template_id_idx",
                table: "inspections",
                columns: new[] { "tenant_id", "template_id" });

            migrationBuilder.AddForeignKey(
                name: "photos_inspection_id_fkey",
                table: "photos",
                columns: new[] { "tenant_id", "inspection_id" },
                principalTable: "inspections",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "photos_response_id_fkey",
                table: "photos",
                columns: new[] { "tenant_id", "response_id" },
                principalTable: "inspection_responses",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.Sql(MigrationSql.Read("inspections.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
