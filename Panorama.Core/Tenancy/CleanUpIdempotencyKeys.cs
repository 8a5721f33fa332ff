using Npgsql;
using Panorama.Core.Jobs;

namespace Panorama.Core.Tenancy;

/// <summary>Removes remembered answers of requests that nobody repeats any more.</summary>
public static class CleanUpIdempotencyKeys
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const string Sql = """
        delete from idempotency_keys k using (
          select i.tenant_id, i.user_id, i.key from idempotency_keys i where i.created_at < $1 limit $2) old
         where k.tenant_id = old.tenant_id and k.user_id = old.user_id and k.key = old.key
        """;

    public static async Task<long> ExecuteAsync(
        NpgsqlDataSource database, DateTimeOffset now, int batchRows, JobTurn turn, CancellationToken cancellationToken)
    {
        long removed = 0;
        int inBatch;
        do
        {
            await using var command = database.CreateCommand(Sql);
            command.Parameters.Add(new() { Value = (now - Kept).ToUniversalTime() });
            command.Parameters.Add(new() { Value = batchRows });
            inBatch = await command.ExecuteNonQueryAsync(cancellationToken);
            removed += inBatch;
        }
        while (inBatch == batchRows && await turn.NextAsync(removed, cursor: null, cancellationToken));

        return removed;
    }
}
