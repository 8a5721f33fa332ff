using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class HoldsOfInspections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "legal_holds_active_key",
                table: "legal_holds");

            migrationBuilder.AddColumn<Guid>(
                name: "inspection_id",
                table: "legal_holds",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "legal_holds_active_key",
                table: "legal_holds",
                columns: new[] { "tenant_id", "asset_id", "inspection_id" },
                unique: true,
                filter: "released_at is null")
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "legal_holds_tenant_id_inspection_id_idx",
                table: "legal_holds",
                columns: new[] { "tenant_id", "inspection_id" });

            migrationBuilder.AddCheckConstraint(
                name: "legal_holds_one_thing",
                table: "legal_holds",
                sql: "num_nonnulls(asset_id, inspection_id) <= 1");

            // Could be sent before it was refused, and made its inspection unreadable.
            migrationBuilder.Sql("update inspection_responses set number_value = null where number_value in ('Infinity', '-Infinity', 'NaN')");
            migrationBuilder.AddCheckConstraint(
                name: "inspection_responses_number_finite",
                table: "inspection_responses",
                sql: "number_value > '-Infinity' and number_value < 'Infinity'");

            migrationBuilder.AddForeignKey(
                name: "legal_holds_inspection_id_fkey",
                table: "legal_holds",
                columns: new[] { "tenant_id", "inspection_id" },
                principalTable: "inspections",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
