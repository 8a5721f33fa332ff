using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Api.Data;

/// <summary>Whether the database answers and is not behind this program.</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select schema_version()");
        var version = await command.ExecuteScalarAsync(cancellationToken) as string;
        return string.CompareOrdinal(version, MigrationStep.Newest) >= 0
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, $"has schema version {version ?? "none"}");
    }
}
