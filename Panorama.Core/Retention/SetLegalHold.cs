using System.Text.Json;
using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Retention;

/// <summary>Sets and ends legal holds, each with its line of audit, in the caller's transaction with the tenant opened.</summary>
public static class SetLegalHold
{
    private const string Set =
        """
        insert into legal_holds (id, tenant_id, asset_id, inspection_id, reason, created_at) values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, asset_id, inspection_id) where released_at is null do nothing
        """;

    private const string End =
        """
        update legal_holds set released_at = greatest($4, created_at)
         where tenant_id = $1 and (asset_id, inspection_id) is not distinct from ($2::uuid, $3::uuid) and released_at is null
        """;

    /// <summary>Of an asset, of an inspection, or of everything that the organisation has.</summary>
    /// <param name="asset">Null with <paramref name="inspection"/> for the organisation.</param>
    /// <returns>False when it stood so already.</returns>
    public static async Task<bool> OfAllAsync(
        NpgsqlConnection connection, Guid tenant, Guid? asset, Guid? inspection, string reason, bool isHeld, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RemovalLock.TakeAsync(connection, tenant, cancellationToken);
        var changed = isHeld
            ? await connection.ExecuteAsync(Set, cancellationToken, Uuid(Guid.CreateVersion7(now)), Uuid(tenant), Uuid(asset), Uuid(inspection), Text(reason), Instant(now))
            : await connection.ExecuteAsync(End, cancellationToken, Uuid(tenant), Uuid(asset), Uuid(inspection), Instant(now));
        if (changed == 0)
        {
            return false;
        }

        await AuditAsync(
            connection, isHeld, asset is not null ? "asset" : inspection is not null ? "inspection" : "tenant", asset ?? inspection ?? tenant, new { reason }, now, cancellationToken);
        return true;
    }

    /// <summary>Of one photo or document.</summary>
    /// <returns>False when it stood so already; null when there is no such row.</returns>
    public static async Task<bool?> OfFileAsync(
        NpgsqlConnection connection, Guid file, string reason, bool isHeld, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var table in FileTable.All)
        {
            if (await table.SetHoldAsync(connection, file, isHeld, cancellationToken) is var (asset, isChanged))
            {
                if (isChanged)
                {
                    await AuditAsync(connection, isHeld, "asset", asset, new { fileId = file, reason }, now, cancellationToken);
                }

                return isChanged;
            }
        }

        return null;
    }

    private static Task<int> AuditAsync(
        NpgsqlConnection connection, bool isHeld, string resourceType, Guid resource, object metadata, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, $2, $3, $4, $5)", cancellationToken, Uuid(Guid.CreateVersion7(now)),
            Text(isHeld ? AuditActions.LegalHoldSet : AuditActions.LegalHoldReleased), Text(resourceType), Text(resource.ToString()),
            Json(JsonSerializer.Serialize(metadata, JsonSerializerOptions.Web)));
}
