using System.Text.Json;
using Npgsql;
using Panorama.Core.Storage;

namespace Panorama.Core.Retention;

public enum Erasure
{
    Done,

    /// <summary>There is no such photo or document, or there was and it is gone.</summary>
    NotFound,

    /// <summary>A legal hold keeps it.</summary>
    Held,
}

/// <summary>Removes one photo or document for good because a person asked for it: the bytes at once, then the row with who asked why.</summary>
public static class EraseFile
{
    private const int MostOfMetadata = 500;

    /// <param name="by">Who does it: an id or an account of the machine, for the line of audit.</param>
    /// <exception cref="StorageException">The store kept it; nothing changed.</exception>
    public static async Task<Erasure> ExecuteAsync(
        NpgsqlDataSource database, IObjectStore store, Guid tenant, Guid file, string ticket, string reason, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        ArgumentNullException.ThrowIfNull(reason);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RemovalLock.ShareAsync(connection, tenant, cancellationToken);
        foreach (var table in FileTable.All)
        {
            if (await table.LockAsync(connection, file, cancellationToken) is not var (locked, isHeld))
            {
                continue;
            }

            if (isHeld)
            {
                return Erasure.Held;
            }

            var metadata = JsonSerializer.Serialize(new { reason = "erasure", ticket = Cut(ticket), why = Cut(reason), by }, JsonSerializerOptions.Web);
            var (_, problem) = await RemoveFiles.ExecuteAsync(connection, store, table, tenant, [locked], metadata, now, cancellationToken);
            if (problem is not null)
            {
                throw problem;
            }

            await transaction.CommitAsync(cancellationToken);
            return Erasure.Done;
        }

        return Erasure.NotFound;
    }

    private static string Cut(string text) => text.Length <= MostOfMetadata ? text : text[..MostOfMetadata];
}
