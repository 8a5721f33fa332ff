using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Api.Data;

/// <summary>Whether the database answers, is not behind this program, and takes what is written.</summary>
internal sealed class DatabaseHealth(NpgsqlDataSource database, StorageWatch storage) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("select schema_version(), current_setting('transaction_read_only') = 'on'");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var version = reader.IsDBNull(0) ? null : reader.GetString(0);
        return string.CompareOrdinal(version, MigrationStep.Newest) < 0 ? new HealthCheckResult(context.Registration.FailureStatus, $"has schema version {version ?? "none"}")
            : reader.GetBoolean(1) || storage.IsFull ? HealthCheckResult.Degraded(StorageWatch.Message)
            : HealthCheckResult.Healthy();
    }
}
