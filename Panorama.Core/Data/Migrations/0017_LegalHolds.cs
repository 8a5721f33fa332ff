using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class LegalHolds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "legal_holds",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    released_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("legal_holds_pkey", x => x.id);
                    table.UniqueConstraint("legal_holds_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("legal_holds_reason_check", "length(reason) between 1 and 500");
                    table.CheckConstraint("legal_holds_released_coherent", "released_at >= created_at");
                    table.ForeignKey(
                        name: "legal_holds_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "legal_holds_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "legal_holds_active_key",
                table: "legal_holds",
                columns: new[] { "tenant_id", "asset_id" },
                unique: true,
                filter: "released_at is null")
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.Sql(MigrationSql.Read("legal_holds.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
