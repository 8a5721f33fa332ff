using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Signatures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "inspection_signatures",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    inspection_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    signed_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    typed_name = table.Column<string>(type: "text", nullable: false),
                    path = table.Column<string>(type: "text", nullable: true),
                    image = table.Column<byte[]>(type: "bytea", nullable: true),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: true),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    photos = table.Column<string>(type: "text", nullable: false),
                    note_sha256 = table.Column<byte[]>(type: "bytea", nullable: true),
                    signed_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("inspection_signatures_pkey", x => x.id);
                    table.UniqueConstraint("inspection_signatures_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("inspection_signatures_drawn_coherent", "(path is null) = (image is null) and (path is null) = (sha256 is null)");
                    table.CheckConstraint("inspection_signatures_hashes_check", "octet_length(sha256) = 32 and octet_length(content_hash) = 32 and octet_length(note_sha256) = 32");
                    table.CheckConstraint("inspection_signatures_image_check", "octet_length(image) between 1 and 131072");
                    table.CheckConstraint("inspection_signatures_note_check", "note_sha256 is null or role = 'REVIEWER'");
                    table.CheckConstraint("inspection_signatures_path_check", "path ~ '^[ML0-9 ]+$' and length(path) <= 20000");
                    table.CheckConstraint("inspection_signatures_role_check", "role in ('DRIVER', 'REVIEWER')");
                    table.CheckConstraint("inspection_signatures_typed_name_check", "length(typed_name) between 1 and 200");
                    table.ForeignKey(
                        name: "inspection_signatures_inspection_id_fkey",
                        columns: x => new { x.tenant_id, x.inspection_id },
                        principalTable: "inspections",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspection_signatures_signed_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.signed_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspection_signatures_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "inspection_signatures_role_key",
                table: "inspection_signatures",
                columns: new[] { "tenant_id", "inspection_id", "role" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "inspection_signatures_tenant_id_signed_by_user_id_idx",
                table: "inspection_signatures",
                columns: new[] { "tenant_id", "signed_by_user_id" });

            migrationBuilder.Sql(MigrationSql.Read("inspection_signatures.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
