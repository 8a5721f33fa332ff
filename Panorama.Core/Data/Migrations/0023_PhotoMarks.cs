using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class PhotoMarks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "photo_marks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    photo_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    shape = table.Column<string>(type: "text", nullable: false),
                    x = table.Column<int>(type: "integer", nullable: false),
                    y = table.Column<int>(type: "integer", nullable: false),
                    radius = table.Column<int>(type: "integer", nullable: true),
                    to_x = table.Column<int>(type: "integer", nullable: true),
                    to_y = table.Column<int>(type: "integer", nullable: true),
                    text = table.Column<string>(type: "text", nullable: true),
                    created_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("photo_marks_pkey", x => x.id);
                    table.UniqueConstraint("photo_marks_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("photo_marks_in_picture", "x between 0 and 10000 and y between 0 and 10000 and to_x between 0 and 10000 and to_y between 0 and 10000 and radius between 100 and 10000");
                    table.CheckConstraint("photo_marks_number_check", "number between 1 and 10");
                    table.CheckConstraint("photo_marks_shape_check", "shape in ('CIRCLE', 'ARROW')");
                    table.CheckConstraint("photo_marks_shape_coherent", "(shape = 'CIRCLE') = (radius is not null) and (shape = 'ARROW') = (to_x is not null) and (shape = 'ARROW') = (to_y is not null) and (x, y) is distinct from (to_x, to_y)");
                    table.CheckConstraint("photo_marks_text_check", "length(text) between 1 and 200");
                    table.ForeignKey(
                        name: "photo_marks_created_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.created_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "photo_marks_photo_id_fkey",
                        columns: x => new { x.tenant_id, x.photo_id },
                        principalTable: "photos",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "photo_marks_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "photo_marks_number_key",
                table: "photo_marks",
                columns: new[] { "tenant_id", "photo_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "photo_marks_tenant_id_created_by_user_id_idx",
                table: "photo_marks",
                columns: new[] { "tenant_id", "created_by_user_id" });

            migrationBuilder.Sql(MigrationSql.Read("photo_marks.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
