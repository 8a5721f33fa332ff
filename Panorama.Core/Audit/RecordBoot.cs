using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Audit;

/// <summary>A process that begins or ends, in the installation's own chain: which build ran when, with which settings, and what its login really was.</summary>
/// <param name="Process">worker, …</param>
/// <param name="BootId">The same in every row of one start.</param>
/// <param name="ConfigHash">Of the settings that are no secrets: another one is another configuration.</param>
/// <param name="Flags">Names of the settings of yes and no that are yes.</param>
public sealed record Boot(string Process, Guid BootId, string Version, string? Commit, string ConfigHash, IReadOnlyCollection<string> Flags);

public static class RecordBoot
{
    /// <param name="connection">Name of the connection, such as <c>panorama_privileged</c>.</param>
    /// <param name="login">What the server said of it. No address of a person and no secret is in it.</param>
    public static async Task StartedAsync(NpgsqlDataSource database, Boot boot, string connection, LoginReport login, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(boot);
        ArgumentNullException.ThrowIfNull(login);
        await InsertAsync(
            database, now, cancellationToken,
            (AuditActions.BootStarted, "process", boot.Process, new
            {
                bootId = boot.BootId,
                version = boot.Version,
                commit = boot.Commit,
                migration = login.SchemaVersion,
                flags = boot.Flags.Order(StringComparer.Ordinal),
                configHash = boot.ConfigHash,
            }),
            (AuditActions.BootPoolConfigured, "connection", connection, new
            {
                bootId = boot.BootId,
                process = boot.Process,
                role = login.Role,
                host = login.Host,
                port = login.Port,
                tls = login.Tls,
                serverVersion = login.ServerVersion,
                superuser = login.IsSuperuser,
                bypassRls = login.BypassRls,
                memberships = login.Memberships,
                policyDigest = login.PolicyDigest,
            }));
    }

    public static async Task StoppedAsync(NpgsqlDataSource database, Boot boot, TimeSpan uptime, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(boot);
        await InsertAsync(database, now, cancellationToken, (AuditActions.BootStopped, "process", boot.Process, new { bootId = boot.BootId, uptimeSeconds = (long)uptime.TotalSeconds }));
    }

    private static async Task InsertAsync(
        NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellationToken, params (string Action, string Type, string Id, object Metadata)[] rows)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select n.id, n.action, n.type, n.resource, n.metadata::jsonb from unnest($1, $2, $3, $4, $5) n(id, action, type, resource, metadata)
            """,
            cancellationToken, Uuids(rows.Select(_ => Guid.CreateVersion7(now))), Texts(rows.Select(r => r.Action)), Texts(rows.Select(r => r.Type)), Texts(rows.Select(r => r.Id)),
            Texts(rows.Select(r => JsonSerializer.Serialize(r.Metadata, JsonSerializerOptions.Web))));
    }
}
