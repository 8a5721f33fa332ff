using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Defects : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid[]>(
                name: "acknowledged_defects",
                table: "inspections",
                type: "uuid[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.CreateTable(
                name: "defects",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    inspection_id = table.Column<Guid>(type: "uuid", nullable: false),
                    snapshot_item_id = table.Column<Guid>(type: "uuid", nullable: false),
                    label = table.Column<string>(type: "text", nullable: false),
                    label_key = table.Column<string>(type: "text", nullable: false),
                    severity = table.Column<string>(type: "text", nullable: false),
                    note = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<string>(type: "text", nullable: false, defaultValueSql: "'OPEN'"),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    opened_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_seen_inspection_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    resolved_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    resolved_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    resolution_note = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("defects_pkey", x => x.id);
                    table.UniqueConstraint("defects_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("defects_label_check", "length(label) between 1 and 200");
                    table.CheckConstraint("defects_notes_check", "length(note) <= 2000 and length(resolution_note) <= 2000");
                    table.CheckConstraint("defects_resolved_coherent", "(status = 'OPEN') = (resolved_at is null) and (status = 'OPEN') = (resolved_by_user_id is null) and (resolution_note is null or status <> 'OPEN')");
                    table.CheckConstraint("defects_seen_coherent", "last_seen_at >= opened_at");
                    table.CheckConstraint("defects_severity_check", "severity in ('MINOR', 'MAJOR', 'OUT_OF_SERVICE')");
                    table.CheckConstraint("defects_status_check", "status in ('OPEN', 'CERTIFIED', 'DISMISSED')");
                    table.ForeignKey(
                        name: "defects_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "defects_inspection_id_fkey",
                        columns: x => new { x.tenant_id, x.inspection_id },
                        principalTable: "inspections",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "defects_last_seen_inspection_id_fkey",
                        columns: x => new { x.tenant_id, x.last_seen_inspection_id },
                        principalTable: "inspections",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "defects_opened_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.opened_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "defects_resolved_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.resolved_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "defects_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "defects_asset_recent",
                table: "defects",
                columns: new[] { "tenant_id", "asset_id", "opened_at", "id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "defects_open_key",
                table: "defects",
                columns: new[] { "tenant_id", "asset_id", "label_key" },
                unique: true,
                filter: "status = 'OPEN'");

            migrationBuilder.CreateIndex(
                name: "defects_recent",
                table: "defects",
                columns: new[] { "tenant_id", "opened_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "defects_severity_recent",
                table: "defects",
                columns: new[] { "tenant_id", "severity", "opened_at", "id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "defects_status_recent",
                table: "defects",
                columns: new[] { "tenant_id", "status", "opened_at", "id" },
                descending: new[] { false, false, true, true });

            migrationBuilder.CreateIndex(
                name: "defects_tenant_id_inspection_id_idx",
                table: "defects",
                columns: new[] { "tenant_id", "inspection_id" });

            migrationBuilder.CreateIndex(
                name: "defects_tenant_id_last_seen_inspection_id_idx",
                table: "defects",
                columns: new[] { "tenant_id", "last_seen_inspection_id" });

            migrationBuilder.CreateIndex(
                name: "defects_tenant_id_opened_by_user_id_idx",
                table: "defects",
                columns: new[] { "tenant_id", "opened_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "defects_tenant_id_resolved_by_user_id_idx",
                table: "defects",
                columns: new[] { "tenant_id", "resolved_by_user_id" });

            migrationBuilder.Sql(MigrationSql.Read("defects.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
