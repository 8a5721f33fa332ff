using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class Custody : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "asset_assignments_tenant_id_target_location_id_idx",
                table: "asset_assignments");

            migrationBuilder.DropIndex(
                name: "asset_assignments_tenant_id_target_user_id_idx",
                table: "asset_assignments");

            migrationBuilder.AddColumn<Guid>(
                name: "accepted_by_user_id",
                table: "asset_assignments",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "accepted_name",
                table: "asset_assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "checkin_note",
                table: "asset_assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "checkin_request_note",
                table: "asset_assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "checkin_requested_at",
                table: "asset_assignments",
                type: "timestamp(3) with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "condition",
                table: "asset_assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "damage_note",
                table: "asset_assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "decline_reason",
                table: "asset_assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_damaged",
                table: "asset_assignments",
                type: "boolean",
                nullable: false,
                defaultValueSql: "false");

            migrationBuilder.AddColumn<bool>(
                name: "requires_acceptance",
                table: "asset_assignments",
                type: "boolean",
                nullable: false,
                defaultValueSql: "false");

            migrationBuilder.CreateIndex(
                name: "asset_assignments_due_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "expected_checkin_at" },
                filter: "checked_in_at is null");

            migrationBuilder.CreateIndex(
                name: "asset_assignments_open_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "checked_out_at", "id" },
                filter: "checked_in_at is null");

            migrationBuilder.CreateIndex(
                name: "asset_assignments_person_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "target_user_id", "checked_out_at", "id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_place_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "target_location_id", "checked_out_at", "id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_accepted_by_user_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "accepted_by_user_id" });

            migrationBuilder.CreateIndex(
                name: "asset_assignments_tenant_id_checked_out_at_id_idx",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "checked_out_at", "id" });

            migrationBuilder.AddCheckConstraint(
                name: "asset_assignments_answer_check",
                table: "asset_assignments",
                sql: "accepted_at is null or declined_at is null");

            migrationBuilder.AddForeignKey(
                name: "asset_assignments_accepted_by_user_id_fkey",
                table: "asset_assignments",
                columns: new[] { "tenant_id", "accepted_by_user_id" },
                principalTable: "tenant_memberships",
                principalColumns: new[] { "tenant_id", "user_id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.Sql(MigrationSql.Read("custody.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
