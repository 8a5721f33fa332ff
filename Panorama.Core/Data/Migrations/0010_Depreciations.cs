using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Depreciations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "depreciation_id",
                table: "asset_models",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "depreciations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    months = table.Column<int>(type: "integer", nullable: false),
                    floor_percent = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("depreciations_pkey", x => x.id);
                    table.UniqueConstraint("depreciations_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("depreciations_floor_percent_check", "floor_percent between 0 and 100");
                    table.CheckConstraint("depreciations_months_check", "months between 1 and 600");
                    table.ForeignKey(
                        name: "depreciations_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "asset_models_tenant_id_depreciation_id_idx",
                table: "asset_models",
                columns: new[] { "tenant_id", "depreciation_id" });

            migrationBuilder.AddForeignKey(
                name: "asset_models_depreciation_id_fkey",
                table: "asset_models",
                columns: new[] { "tenant_id", "depreciation_id" },
                principalTable: "depreciations",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.Sql(MigrationSql.Read("depreciations.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
