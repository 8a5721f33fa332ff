using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Audit;

/// <summary>Writes which rules of production a process runs without, in the installation's own chain.</summary>
public static class RecordAcceptedRisks
{
    /// <param name="settings">Names of the settings that switched a rule off.</param>
    /// <param name="process">Which one runs without it.</param>
    public static async Task ExecuteAsync(
        NpgsqlDataSource database, IReadOnlyCollection<string> settings, string process, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Count == 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            select n.id, $3, 'setting', n.setting, jsonb_build_object('process', $4) from unnest($1, $2) n(id, setting)
            """,
            cancellationToken, Uuids(settings.Select(_ => Guid.CreateVersion7(now))), Texts(settings), Text(AuditActions.SettingRiskAccepted), Text(process));
    }
}
