using Npgsql;
using Panorama.Core.Storage;

namespace Panorama.Core.Retention;

/// <summary>
/// Removes what locked rows name, then the rows and a line of audit for each: a process that is killed in between leaves rows whose objects are gone, and the
/// next run ends where this one would have.
/// </summary>
internal static class RemoveFiles
{
    private const int AtOnce = 8;

    /// <summary>In the transaction that locked the rows, with the tenant opened.</summary>
    /// <param name="metadata">JSON object for each line of audit.</param>
    /// <returns>Rows that are gone, and what the store said to one that is not. A store that is away is not asked for the rest.</returns>
    public static async Task<(int Removed, StorageException? Problem)> ExecuteAsync(
        NpgsqlConnection connection, IObjectStore store, FileTable table, Guid tenant, IReadOnlyList<LockedFile> files, string metadata, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var gone = new List<Guid>();
        StorageException? problem = null;
        foreach (var some in files.Chunk(AtOnce))
        {
            var results = await Task.WhenAll(some.Select(file => DeleteAsync(store, tenant, file, cancellationToken)));
            gone.AddRange(some.Zip(results).Where(pair => pair.Second is null).Select(pair => pair.First.Id));
            problem = results.FirstOrDefault(r => r is not null && IsAway(r.Fault)) ?? problem ?? results.FirstOrDefault(r => r is not null);
            if (problem is not null && IsAway(problem.Fault))
            {
                break;
            }
        }

        return (gone.Count == 0 ? 0 : await table.RemoveAsync(connection, gone, metadata, now, cancellationToken), problem);
    }

    /// <summary>Whether asking for the next object would be answered alike.</summary>
    public static bool IsAway(StorageFault fault) => fault is not (StorageFault.Damaged or StorageFault.Key);

    private static async Task<StorageException?> DeleteAsync(IObjectStore store, Guid tenant, LockedFile file, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var key in file.Keys)
            {
                await store.DeleteAsync(ObjectKey.Parse(key, tenant), cancellationToken);
            }

            return null;
        }
        catch (StorageException exception)
        {
            return exception;
        }
    }
}
