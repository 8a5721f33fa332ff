using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class AssetsByModel : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "assets_tenant_id_location_id_idx",
                table: "assets");
            migrationBuilder.DropIndex(
                name: "assets_tenant_id_model_id_idx",
                table: "assets");
            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_location_id_created_at_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "location_id", "created_at", "id" })
                .Annotation("Npgsql:IndexInclude", new[] { "archived_at" });
            migrationBuilder.CreateIndex(
                name: "assets_tenant_id_model_id_created_at_id_idx",
                table: "assets",
                columns: new[] { "tenant_id", "model_id", "created_at", "id" })
                .Annotation("Npgsql:IndexInclude", new[] { "archived_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
