using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class ImportsInSteps : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "imports_claimable_idx",
                table: "imports");

            migrationBuilder.DropCheckConstraint(
                name: "imports_state_check",
                table: "imports");

            migrationBuilder.AddColumn<int>(
                name: "attempts",
                table: "imports",
                type: "integer",
                nullable: false,
                defaultValueSql: "0");

            migrationBuilder.AddColumn<Guid>(
                name: "claim",
                table: "imports",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "custodies",
                table: "imports",
                type: "integer",
                nullable: false,
                defaultValueSql: "0");

            migrationBuilder.AddColumn<bool>(
                name: "dry_run",
                table: "imports",
                type: "boolean",
                nullable: false,
                defaultValueSql: "false");

            migrationBuilder.AddColumn<string>(
                name: "inspection",
                table: "imports",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "lease_until",
                table: "imports",
                type: "timestamp(3) with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "people_created",
                table: "imports",
                type: "integer",
                nullable: false,
                defaultValueSql: "0");

            migrationBuilder.CreateTable(
                name: "import_rows",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    line = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: true),
                    cells = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("import_rows_pkey", x => new { x.tenant_id, x.import_id, x.line });
                    table.CheckConstraint("import_rows_outcome_check", "outcome in ('CREATED', 'UPDATED', 'MATCHED', 'REJECTED')");
                    table.ForeignKey(
                        name: "import_rows_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "import_rows_import_id_fkey",
                        columns: x => new { x.tenant_id, x.import_id },
                        principalTable: "imports",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "import_rows_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "imports_claimable_idx",
                table: "imports",
                column: "created_at",
                filter: "state in ('QUEUED', 'PAUSED', 'RUNNING')");

            migrationBuilder.AddCheckConstraint(
                name: "imports_state_check",
                table: "imports",
                sql: "state in ('DRAFT', 'QUEUED', 'RUNNING', 'PAUSED', 'DONE', 'FAILED', 'CANCELLED')");

            migrationBuilder.CreateIndex(
                name: "import_rows_asset_idx",
                table: "import_rows",
                columns: new[] { "tenant_id", "asset_id" },
                filter: "asset_id is not null");

            migrationBuilder.Sql(MigrationSql.Read("imports_in_steps.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
