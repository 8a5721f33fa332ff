using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class LocalPeople : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "users_email_key",
                table: "users");

            migrationBuilder.AddColumn<Guid>(
                name: "local_to_tenant_id",
                table: "users",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "users_email_key",
                table: "users",
                column: "email",
                unique: true,
                filter: "email is not null and local_to_tenant_id is null");

            migrationBuilder.CreateIndex(
                name: "users_local_to_tenant_id_email_key",
                table: "users",
                columns: new[] { "local_to_tenant_id", "email" },
                unique: true,
                filter: "email is not null and local_to_tenant_id is not null");

            migrationBuilder.AddForeignKey(
                name: "users_local_to_tenant_id_fkey",
                table: "users",
                column: "local_to_tenant_id",
                principalTable: "tenants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.Sql(MigrationSql.Read("local_people.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
