using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class InspectionTemplates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "inspection_templates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    category_kind = table.Column<string>(type: "text", nullable: true),
                    category_id = table.Column<Guid>(type: "uuid", nullable: true),
                    display_order = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    content_version = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "1"),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    created_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("inspection_templates_pkey", x => x.id);
                    table.UniqueConstraint("inspection_templates_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("inspection_templates_category_kind_check", "category_kind in ('HARDWARE', 'LICENSE', 'ACCESSORY', 'CONSUMABLE', 'COMPONENT', 'VEHICLE', 'OTHER')");
                    table.CheckConstraint("inspection_templates_content_version_check", "content_version >= 1");
                    table.CheckConstraint("inspection_templates_description_check", "length(description) <= 1000");
                    table.CheckConstraint("inspection_templates_display_order_check", "display_order between 0 and 10000");
                    table.CheckConstraint("inspection_templates_name_check", "length(name) between 1 and 200");
                    table.CheckConstraint("inspection_templates_scope_exclusive", "num_nonnulls(category_kind, category_id) = 1");
                    table.ForeignKey(
                        name: "inspection_templates_category_id_fkey",
                        columns: x => new { x.tenant_id, x.category_id },
                        principalTable: "categories",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspection_templates_created_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.created_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspection_templates_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "inspection_template_items",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    template_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    label = table.Column<string>(type: "text", nullable: false),
                    item_type = table.Column<string>(type: "text", nullable: false),
                    required = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    photo_required = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    min_value = table.Column<double>(type: "double precision", nullable: true),
                    max_value = table.Column<double>(type: "double precision", nullable: true),
                    help_text = table.Column<string>(type: "text", nullable: true),
                    severity = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())"),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false, defaultValueSql: "date_trunc('milliseconds', clock_timestamp())")
                },
                constraints: table =>
                {
                    table.PrimaryKey("inspection_template_items_pkey", x => x.id);
                    table.UniqueConstraint("inspection_template_items_tenant_id_id_key", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("inspection_template_items_bounds_of_numbers", "item_type = 'NUMBER' or num_nonnulls(min_value, max_value) = 0");
                    table.CheckConstraint("inspection_template_items_bounds_ordered", "min_value <= max_value");
                    table.CheckConstraint("inspection_template_items_help_text_check", "length(help_text) <= 1000");
                    table.CheckConstraint("inspection_template_items_item_type_check", "item_type in ('BOOLEAN', 'TEXT', 'NUMBER', 'PHOTO')");
                    table.CheckConstraint("inspection_template_items_label_check", "length(label) between 1 and 200");
                    table.CheckConstraint("inspection_template_items_position_check", "position between 0 and 49");
                    table.CheckConstraint("inspection_template_items_severity_check", "severity in ('MINOR', 'MAJOR', 'OUT_OF_SERVICE')");
                    table.CheckConstraint("inspection_template_items_severity_of_judged", "severity is null or item_type = 'BOOLEAN'");
                    table.ForeignKey(
                        name: "inspection_template_items_template_id_fkey",
                        columns: x => new { x.tenant_id, x.template_id },
                        principalTable: "inspection_templates",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "inspection_template_items_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "inspection_template_versions",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    template_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    content = table.Column<string>(type: "jsonb", nullable: false),
                    item_count = table.Column<int>(type: "integer", nullable: false),
                    published_by_user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("inspection_template_versions_pkey", x => new { x.tenant_id, x.template_id, x.number });
                    table.CheckConstraint("inspection_template_versions_content_size_cap", "pg_column_size(content) <= 65536");
                    table.CheckConstraint("inspection_template_versions_item_count_check", "item_count between 1 and 50");
                    table.CheckConstraint("inspection_template_versions_number_check", "number >= 1");
                    table.ForeignKey(
                        name: "inspection_template_versions_published_by_user_id_fkey",
                        columns: x => new { x.tenant_id, x.published_by_user_id },
                        principalTable: "tenant_memberships",
                        principalColumns: new[] { "tenant_id", "user_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "inspection_template_versions_template_id_fkey",
                        columns: x => new { x.tenant_id, x.template_id },
                        principalTable: "inspection_templates",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "inspection_template_versions_tenant_id_fkey",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "inspection_template_items_position_key",
                table: "inspection_template_items",
                columns: new[] { "tenant_id", "template_id", "position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "inspection_template_versions_tenant_id_published_by_user_id_idx",
                table: "inspection_template_versions",
                columns: new[] { "tenant_id", "published_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "inspection_templates_tenant_id_created_by_user_id_idx",
                table: "inspection_templates",
                columns: new[] { "tenant_id", "created_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "templates_launcher_category",
                table: "inspection_templates",
                columns: new[] { "tenant_id", "category_id", "display_order" },
                filter: "archived_at is null and category_id is not null");

            migrationBuilder.CreateIndex(
                name: "templates_launcher_kind",
                table: "inspection_templates",
                columns: new[] { "tenant_id", "category_kind", "display_order" },
                filter: "archived_at is null and category_kind is not null");

            migrationBuilder.CreateIndex(
                name: "templates_list_idx",
                table: "inspection_templates",
                columns: new[] { "tenant_id", "display_order", "created_at", "id" });

            migrationBuilder.Sql(MigrationSql.Read("inspection_templates.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
