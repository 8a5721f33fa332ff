using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Retention;

/// <summary>Between removals, which share it, and the setting of a hold, which waits for those that did not see it: to the end of the transaction.</summary>
internal static class RemovalLock
{
    private const string Share = "select tenant_open($1), pg_advisory_xact_lock_shared(hashtextextended('panorama removal ' || $1::text, 0))";
    private const string Take = "select pg_advisory_xact_lock(hashtextextended('panorama removal ' || $1::text, 0))";

    /// <summary>Opens the tenant and keeps new holds of it waiting.</summary>
    public static Task ShareAsync(NpgsqlConnection connection, Guid tenant, CancellationToken cancellationToken) => connection.ExecuteAsync(Share, cancellationToken, Uuid(tenant));

    public static Task TakeAsync(NpgsqlConnection connection, Guid tenant, CancellationToken cancellationToken) => connection.ExecuteAsync(Take, cancellationToken, Uuid(tenant));
}
