using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Retention;

public static class FileOwners
{
    /// <summary>The organisation that has the photo or document, for an operator who was given an id alone; null when nobody has.</summary>
    public static async Task<Guid?> OfAsync(NpgsqlDataSource database, Guid file, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<Guid?>(
            "select tenant_id from photos where id = $1 union all select tenant_id from documents where id = $1", cancellationToken, Uuid(file));
    }
}
