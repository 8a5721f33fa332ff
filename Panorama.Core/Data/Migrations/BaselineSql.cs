using Microsoft.EntityFrameworkCore.Migrations;

namespace Panorama.Core.Data.Migrations;

/// <summary>The half of the baseline that the model cannot say: extensions, partitioned tables, functions, triggers, policies and grants.</summary>
/// <remarks>The order matters: a row type, a column default or a policy needs what it names.</remarks>
internal static class BaselineSql
{
    public static void BeforeTables(MigrationBuilder migrationBuilder) => Run(migrationBuilder, "extensions.sql");

    public static void AfterTables(MigrationBuilder migrationBuilder) => Run(migrationBuilder,
        "name_keys.sql", "tables.sql", "quartz.sql", "context.sql", "audit.sql", "owner_guard.sql", "identity.sql", "people.sql", "search.sql",
        "partitions.sql", "triggers.sql", "policies.sql", "grants.sql", "owners.sql");

    private static void Run(MigrationBuilder migrationBuilder, params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            migrationBuilder.Sql(MigrationSql.Read(file));
        }
    }
}
