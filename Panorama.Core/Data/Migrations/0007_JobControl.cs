using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panorama.Core.Data.Migrations
{
    /// <inheritdoc />
    public partial class JobControl : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "job_runs_outcome_check",
                table: "job_runs");

            migrationBuilder.AddColumn<string>(
                name: "cursor",
                table: "job_runs",
                type: "text",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "request_id",
                table: "job_runs",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "job_requests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    job = table.Column<string>(type: "text", maxLength: 100, nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    requested_by = table.Column<string>(type: "text", maxLength: 200, nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: false),
                    handled_at = table.Column<DateTimeOffset>(type: "timestamp(3) with time zone", nullable: true),
                    handled_by = table.Column<string>(type: "text", maxLength: 200, nullable: true),
                    refusal = table.Column<string>(type: "text", maxLength: 2000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("job_requests_pkey", x => x.id);
                    table.CheckConstraint("job_requests_action_check", "action in ('RUN', 'PAUSE', 'RESUME')");
                });

            migrationBuilder.CreateIndex(
                name: "job_runs_request_id_key",
                table: "job_runs",
                column: "request_id",
                unique: true,
                filter: "request_id is not null");

            migrationBuilder.AddCheckConstraint(
                name: "job_runs_outcome_check",
                table: "job_runs",
                sql: "outcome in ('RUNNING', 'SUCCEEDED', 'FINDING', 'FAILED', 'CANCELLED', 'PARTIAL')");

            migrationBuilder.CreateIndex(
                name: "job_requests_waiting",
                table: "job_requests",
                column: "requested_at",
                filter: "handled_at is null");

            migrationBuilder.Sql(MigrationSql.Read("job_control.sql"));
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations go forward only.");
    }
}
