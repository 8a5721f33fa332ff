using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class KeysOfPhotos : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "photos_storage_key_check",
                table: "photos");

            migrationBuilder.DropCheckConstraint(
                name: "photos_thumbnail_key_check",
                table: "photos");

            migrationBuilder.AddCheckConstraint(
                name: "photos_storage_key_check",
                table: "photos",
                sql: "storage_key ~ '^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(assets|inspections|maintenance|custody)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(photos|files)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_t)?[.][a-z0-9]{1,8}$' and starts_with(storage_key, 'tenants/' || tenant_id::text || '/') and storage_key ~ '/photos/[0-9a-f-]{36}[.]jpg$'");

            migrationBuilder.AddCheckConstraint(
                name: "photos_thumbnail_key_check",
                table: "photos",
                sql: "thumbnail_key ~ '^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(assets|inspections|maintenance|custody)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(photos|files)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_t)?[.][a-z0-9]{1,8}$' and starts_with(thumbnail_key, 'tenants/' || tenant_id::text || '/') and thumbnail_key ~ '/photos/[0-9a-f-]{36}_t[.]jpg$'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
