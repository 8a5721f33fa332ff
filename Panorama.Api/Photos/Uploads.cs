using Npgsql;
using Panorama.Core.Sql;

namespace Panorama.Api.Photos;

/// <summary>What uploads of every kind have in common.</summary>
internal static class Uploads
{
    /// <summary>Marks that the body was taken: a handler that is run again for a lost race has nothing to read.</summary>
    public sealed class BodyTaken;

    /// <summary>The zone of the organisation that has the asset; null when there is no such asset.</summary>
    public static Task<string?> ZoneOfAsync(NpgsqlConnection connection, Guid asset, CancellationToken cancellationToken) => connection.ScalarAsync<string>(
        "select t.timezone from assets a join tenants t on t.id = a.tenant_id where a.id = $1", cancellationToken, Statement.Uuid(asset));

    /// <summary>One upload of an asset after the other, from here to the commit: what is counted stays so.</summary>
    /// <returns>False when the asset is gone.</returns>
    public static async Task<bool> LockAssetAsync(NpgsqlConnection connection, Guid asset, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<Guid?>("select id from assets where id = $1 for no key update", cancellationToken, Statement.Uuid(asset)) is not null;

    /// <summary>At most so many UTF-16 units, and no half of a pair.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)].TrimEnd();

    public static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
