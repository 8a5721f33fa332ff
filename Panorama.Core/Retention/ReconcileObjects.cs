using System.Globalization;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Core.Sql;
using Panorama.Core.Storage;

namespace Panorama.Core.Retention;

/// <summary>What a look at both sides found.</summary>
/// <param name="Objects">Objects that were looked at.</param>
/// <param name="Orphans">Of those, ours, older than the grace period and named by no row.</param>
/// <param name="OrphanBytes">Bytes of the orphans.</param>
/// <param name="Deleted">Orphans that were deleted.</param>
/// <param name="Strange">Objects below our folder whose names are not ours, or of organisations that this database does not know; they are never touched.</param>
/// <param name="Rows">Photos and documents that were looked at.</param>
/// <param name="Missing">Of those, without one of their objects; only the first hundred are listed.</param>
/// <param name="MissingCount">How many there are in all.</param>
public sealed record Reconciliation(
    long Objects, long Orphans, long OrphanBytes, long Deleted, long Strange, long Rows, IReadOnlyList<MissingObject> Missing, long MissingCount)
{
    /// <summary>A sentence for an operator, or null when nothing is lost.</summary>
    public string? Finding => MissingCount == 0 ? null
        : string.Create(CultureInfo.InvariantCulture, $"{MissingCount} {(MissingCount == 1 ? "photo or document has" : "photos or documents have")} no object in the store; 'panorama photos reconcile' lists them.");
}

/// <param name="Table"><c>photos</c> or <c>documents</c>.</param>
public sealed record MissingObject(string Table, Guid Id, string Key);

/// <summary>
/// Holds the store against the database, both ways: an object that no row names is what an upload left that was cut off, and a row without its object is a
/// loss that somebody must hear of. What is younger than a day may still be on its way.
/// </summary>
public static class ReconcileObjects
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private const int Page = 500;
    private const int AtOnce = 8;
    private const int MostMissing = 100;

    /// <param name="tenant">One organisation; null for all.</param>
    /// <param name="isDeleting">False only counts.</param>
    /// <param name="turn">Rows are gone through in their order; its cursor says where to go on with them.</param>
    /// <exception cref="StorageException">The store is away.</exception>
    public static async Task<Reconciliation> ExecuteAsync(
        NpgsqlDataSource database, IObjectStore store, Guid? tenant, bool isDeleting, DateTimeOffset now, JobTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(turn);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = new Reconciliation(0, 0, 0, 0, 0, 0, [], 0);
        if (turn.Cursor is null)
        {
            // A store that another installation uses as well holds objects that no row here can name: they are not ours to delete.
            HashSet<Guid> tenants = [.. await connection.QueryAsync("select id from tenants", r => r.GetGuid(0), cancellationToken)];
            await foreach (var page in store.ListAsync(tenant is { } id ? $"tenants/{id:D}/" : "tenants/", cancellationToken).Chunk(Page).WithCancellation(cancellationToken))
            {
                found = await LookAsync(connection, store, found, page, tenants, isDeleting, now, cancellationToken);
                await turn.TellAsync(found.Objects, cancellationToken);
            }
        }

        return await FindMissingAsync(connection, store, found, tenant, now, turn, cancellationToken);
    }

    private static async Task<Reconciliation> LookAsync(
        NpgsqlConnection connection, IObjectStore store, Reconciliation found, ListedObject[] page, HashSet<Guid> tenants, bool isDeleting, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ours = page.Select(o => (Object: o, Key: ObjectKey.TryParse(o.Key))).Where(o => o.Key is not null && tenants.Contains(o.Key.TenantId)).ToList();
        var old = ours.Where(o => o.Object.ModifiedAt < now - Grace).ToList();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in FileTable.All)
        {
            known.UnionWith(await table.KnownAsync(connection, old.Select(o => o.Key!.Id).Distinct(), cancellationToken));
        }

        var orphans = old.Where(o => !known.Contains(o.Object.Key)).ToList();
        if (isDeleting)
        {
            foreach (var some in orphans.Chunk(AtOnce))
            {
                await Task.WhenAll(some.Select(o => store.DeleteAsync(o.Key!, cancellationToken)));
            }
        }

        return found with
        {
            Objects = found.Objects + page.Length,
            Strange = found.Strange + page.Length - ours.Count,
            Orphans = found.Orphans + orphans.Count,
            OrphanBytes = found.OrphanBytes + orphans.Sum(o => o.Object.Length),
            Deleted = found.Deleted + (isDeleting ? orphans.Count : 0),
        };
    }

    private static async Task<Reconciliation> FindMissingAsync(
        NpgsqlConnection connection, IObjectStore store, Reconciliation found, Guid? tenant, DateTimeOffset now, JobTurn turn, CancellationToken cancellationToken)
    {
        var (first, after) = ReadCursor(turn.Cursor);
        foreach (var table in FileTable.All.Skip(first))
        {
            while (true)
            {
                var rows = await table.PageAsync(connection, tenant, after, now - Grace, Page, cancellationToken);
                if (rows.Count == 0)
                {
                    break;
                }

                after = rows[^1].Id;
                var missing = new List<(Guid Id, string Key)>();
                foreach (var some in rows.Chunk(AtOnce))
                {
                    missing.AddRange((await Task.WhenAll(some.Select(row => MissingAsync(store, row.Id, row.Keys, cancellationToken)))).OfType<(Guid, string)>());
                }

                // What was removed meanwhile, row and all, is not missing.
                HashSet<string> known = missing.Count == 0 ? [] : [.. await table.KnownAsync(connection, missing.Select(m => m.Id), cancellationToken)];
                missing.RemoveAll(m => !known.Contains(m.Key));
                found = found with
                {
                    Rows = found.Rows + rows.Count,
                    MissingCount = found.MissingCount + missing.Count,
                    Missing = [.. found.Missing, .. missing.Take(MostMissing - found.Missing.Count).Select(m => new MissingObject(table.Name, m.Id, m.Key))],
                };
                if (!await turn.NextAsync(found.Objects + found.Rows, WriteCursor(table, after), cancellationToken))
                {
                    return found;
                }
            }

            after = Guid.Empty;
        }

        return found;
    }

    private static async Task<(Guid Id, string Key)?> MissingAsync(IObjectStore store, Guid id, IReadOnlyList<ObjectKey> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            try
            {
                if (await store.HeadAsync(key, cancellationToken) is null)
                {
                    return (id, key.Text);
                }
            }
            catch (StorageException exception) when (exception.Fault == StorageFault.Damaged)
            {
                return (id, key.Text); // it is there and not whole
            }
        }

        return null;
    }

    private static string WriteCursor(FileTable table, Guid after) => string.Create(CultureInfo.InvariantCulture, $"{FileTable.All.Index().First(t => t.Item == table).Index}:{after:D}");

    private static (int Table, Guid After) ReadCursor(string? cursor) =>
        cursor?.Split(':') is [var table, var after] && int.TryParse(table, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && Guid.TryParseExact(after, "D", out var id)
            ? (index, id) : (0, Guid.Empty);
}
