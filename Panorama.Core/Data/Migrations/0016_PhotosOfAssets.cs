using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class PhotosOfAssets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "documents",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: true),
                    client_upload_key = table.Column<Guid>(type: "uuid", nullable: false),
                    storage_key = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    size_bytes = table.Column<int>(type: "integer", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    uploaded_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    deleted_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    legal_hold = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("documents_pkey", x => x.id);
                    table.UniqueConstraint("documents_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("documents_deleted_coherent", "deleted_at is not null or deleted_by_user_id is null");
                    table.CheckConstraint("documents_name_check", "length(name) between 1 and 200");
                    table.CheckConstraint("documents_one_owner", "num_nonnulls(asset_id) = 1");
                    table.CheckConstraint("documents_sha256_check", "octet_length(sha256) = 32");
                    table.CheckConstraint("documents_size_bytes_check", "size_bytes between 1 and 20000000");
                    table.CheckConstraint("documents_storage_key_check", "storage_key ~ '^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(assets|inspections|maintenance|custody)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(photos|files)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_t)?[.][a-z0-9]{1,8}$' and starts_with(storage_key, 'tenants/' || tenant_id::text || '/')");
                    table.ForeignKey(
                        name: "documents_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "documents_deleted_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.deleted_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "documents_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "documents_uploaded_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.uploaded_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "photos",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asset_id = table.Column<Guid>(type: "uuid", nullable: true),
                    client_upload_key = table.Column<Guid>(type: "uuid", nullable: false),
                    storage_key = table.Column<string>(type: "text", nullable: false),
                    thumbnail_key = table.Column<string>(type: "text", nullable: false),
                    source_sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    source_type = table.Column<string>(type: "text", nullable: false),
                    size_bytes = table.Column<int>(type: "integer", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    thumbnail_size_bytes = table.Column<int>(type: "integer", nullable: false),
                    thumbnail_sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    height = table.Column<int>(type: "integer", nullable: false),
                    caption = table.Column<string>(type: "text", nullable: true),
                    captured_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    capture_trust = table.Column<string>(type: "text", nullable: true),
                    capture_written = table.Column<string>(type: "text", nullable: true),
                    stripped_blocks = table.Column<string[]>(type: "text[]", nullable: false),
                    uploaded_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    deleted_by_user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    legal_hold = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("photos_pkey", x => x.id);
                    table.UniqueConstraint("photos_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("photos_caption_check", "length(caption) between 1 and 500");
                    table.CheckConstraint("photos_capture_coherent", "(captured_at is null) = (capture_trust is null) and (captured_at is null) = (capture_written is null)");
                    table.CheckConstraint("photos_capture_trust_check", "capture_trust in ('OFFSET', 'SATELLITE', 'ASSUMED_ZONE')");
                    table.CheckConstraint("photos_capture_written_check", "length(capture_written) between 1 and 64");
                    table.CheckConstraint("photos_deleted_coherent", "deleted_at is not null or deleted_by_user_id is null");
                    table.CheckConstraint("photos_one_owner", "num_nonnulls(asset_id) = 1");
                    table.CheckConstraint("photos_sha256_check", "octet_length(sha256) = 32 and octet_length(thumbnail_sha256) = 32 and octet_length(source_sha256) = 32");
                    table.CheckConstraint("photos_size_check", "size_bytes > 0 and thumbnail_size_bytes > 0 and width between 1 and 8192 and height between 1 and 8192");
                    table.CheckConstraint("photos_source_type_check", "source_type in ('image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif')");
                    table.CheckConstraint("photos_storage_key_check", "storage_key ~ '^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(assets|inspections|maintenance|custody)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(photos|files)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_t)?[.][a-z0-9]{1,8}$' and starts_with(storage_key, 'tenants/' || tenant_id::text || '/')");
                    table.CheckConstraint("photos_thumbnail_key_check", "thumbnail_key ~ '^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(assets|inspections|maintenance|custody)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(photos|files)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_t)?[.][a-z0-9]{1,8}$' and starts_with(thumbnail_key, 'tenants/' || tenant_id::text || '/') and thumbnail_key <> storage_key");
                    table.ForeignKey(
                        name: "photos_asset_id_fkey",
                        columns: x => new { x.tenant_id, x.asset_id },
                        principalTable: "assets",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "photos_deleted_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.deleted_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "photos_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "photos_uploaded_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.uploaded_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "documents_asset_upload_key",
                table: "documents",
                columns: new[] { "tenant_id", "asset_id", "client_upload_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "documents_deleted_idx",
                table: "documents",
                columns: new[] { "tenant_id", "deleted_at" },
                filter: "deleted_at is not null");

            migrationBuilder.CreateIndex(
                name: "documents_list_idx",
                table: "documents",
                columns: new[] { "tenant_id", "asset_id", "created_at", "id" },
                descending: new[] { false, false, true, true },
                filter: "deleted_at is null");

            migrationBuilder.CreateIndex(
                name: "documents_tenant_id_deleted_by_user_id_idx",
                table: "documents",
                columns: new[] { "tenant_id", "deleted_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "documents_tenant_id_uploaded_by_user_id_idx",
                table: "documents",
                columns: new[] { "tenant_id", "uploaded_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "photos_asset_upload_key",
                table: "photos",
                columns: new[] { "tenant_id", "asset_id", "client_upload_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "photos_deleted_idx",
                table: "photos",
                columns: new[] { "tenant_id", "deleted_at" },
                filter: "deleted_at is not null");

            migrationBuilder.CreateIndex(
                name: "photos_gallery_idx",
                table: "photos",
                columns: new[] { "tenant_id", "asset_id", "created_at", "id" },
                descending: new[] { false, false, true, true },
                filter: "deleted_at is null");

            migrationBuilder.CreateIndex(
                name: "photos_retention_idx",
                table: "photos",
                columns: new[] { "tenant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "photos_tenant_id_deleted_by_user_id_idx",
                table: "photos",
                columns: new[] { "tenant_id", "deleted_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "photos_tenant_id_uploaded_by_user_id_idx",
                table: "photos",
                columns: new[] { "tenant_id", "uploaded_by_user_id" });

            migrationBuilder.Sql(MigrationSql.Read("photos.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
