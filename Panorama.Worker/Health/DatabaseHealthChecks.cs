using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Worker.Health;

internal sealed class DatabaseHealthCheck(DatabaseProbe probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await probe.ReadAsync(cancellationToken) switch
        {
            { Problem: { } problem } => HealthCheckResult.Unhealthy("The database does not answer.", problem),
            { TakesNoMore: true } => HealthCheckResult.Degraded(StorageWatch.Message),
            _ => HealthCheckResult.Healthy(),
        };
}

internal sealed class MigrationsHealthCheck(DatabaseProbe probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answer = await probe.ReadAsync(cancellationToken);
        if (answer.Problem is not null)
        {
            return HealthCheckResult.Unhealthy("Unknown while the database does not answer.");
        }

        // A newer one is fine: a release adds before it takes away.
        return string.CompareOrdinal(answer.SchemaVersion, MigrationStep.Newest) >= 0
            ? HealthCheckResult.Healthy(answer.SchemaVersion)
            : HealthCheckResult.Unhealthy($"The schema is at {answer.SchemaVersion ?? "nothing"}, this program needs {MigrationStep.Newest}.");
    }
}

/// <summary>The start's check of the login, again from time to time: a grant that somebody adds later is found without a restart.</summary>
internal sealed class RolesHealthCheck(NpgsqlDataSource database, RolesHealthCheck.Memory memory, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(15);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (memory.Last is { } last && clock.GetElapsedTime(last.At) < KeptFor)
        {
            return last.Result;
        }

        HealthCheckResult result;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await LoginGuard.CheckAsync(connection, DatabaseRoles.SuperAdmin, cancellationToken);
            result = HealthCheckResult.Healthy();
        }
        catch (LoginGuardException exception)
        {
            result = HealthCheckResult.Unhealthy(exception.Message);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            return HealthCheckResult.Unhealthy("Unknown while the database does not answer.", exception);
        }

        memory.Last = new(clock.GetTimestamp(), result);
        return result;
    }

    /// <summary>What the last look gave; checks themselves live for one request.</summary>
    internal sealed class Memory
    {
        public Look? Last { get; set; }
    }

    internal sealed record Look(long At, HealthCheckResult Result);
}
