using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Importing;

/// <summary>
/// Empties what an import keeps of a file: the file itself and the cells of rows that were left out, thirty days after its end. Counts, findings and the
/// rows that made something stay; a finding repeats the value that was not taken, since it is what somebody mends.
/// </summary>
public static class ForgetImportedFiles
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    // A draft that nobody touched for as long is given up with its file: without one it could be no draft.
    private const string GiveUpDrafts =
        """
        update imports set state = 'CANCELLED', finished_at = $3, updated_at = $3, file = null, version = version + 1
         where id in (select id from imports where state = 'DRAFT' and updated_at < $1 limit $2 for update skip locked)
        """;

    private const string EmptyFiles =
        """
        update imports set file = null
         where id in (select id from imports where state in ('DONE', 'FAILED', 'CANCELLED') and file is not null and finished_at < $1 limit $2 for update skip locked)
        """;

    // By the key of the row, in batches of one statement each: an import may have left out a hundred thousand.
    private const string EmptyRows =
        """
        update import_rows r set cells = null
          from (select c.tenant_id, c.import_id, c.line from import_rows c
                  join imports i on i.tenant_id = c.tenant_id and i.id = c.import_id
                 where c.cells is not null and i.state in ('DONE', 'FAILED', 'CANCELLED') and i.finished_at < $1
                 limit $2 for update of c skip locked) old
         where r.tenant_id = old.tenant_id and r.import_id = old.import_id and r.line = old.line
        """;

    /// <returns>Rows of both tables that were emptied.</returns>
    public static async Task<long> ExecuteAsync(
        NpgsqlDataSource database, DateTimeOffset now, int batchRows, JobTurn turn, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var total = 0L;
        foreach (var statement in (string[])[GiveUpDrafts, EmptyFiles, EmptyRows])
        {
            int emptied;
            do
            {
                emptied = await connection.ExecuteAsync(statement, cancellationToken, Instant(now - KeptFor), Int(batchRows), Instant(now));
                total += emptied;
                if (emptied == batchRows && !await turn.NextAsync(total, cursor: null, cancellationToken))
                {
                    return total;
                }
            }
            while (emptied == batchRows);
        }

        return total;
    }
}
