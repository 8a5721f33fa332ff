using Npgsql;
using Panorama.Core.Sql;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <summary>What a file hangs on.</summary>
/// <param name="Id">Of the asset or the inspection, as the names of the objects have it.</param>
/// <param name="AssetId">The asset itself, or the one that is inspected.</param>
/// <param name="Zone">Of the organisation.</param>
/// <param name="MaxFiles">As many it may have.</param>
/// <param name="MaxBytes">Of one file.</param>
/// <param name="MaxDimension">Of the longer edge of a picture, in pixels; null for what the installation says.</param>
internal sealed record UploadOwner(ObjectArea Area, Guid Id, Guid AssetId, TimeZoneInfo Zone, int MaxFiles, int MaxBytes, int? MaxDimension = null);

/// <summary>What uploads of every kind have in common.</summary>
internal static class Uploads
{
    /// <summary>Marks that the body was taken: a handler that is run again for a lost race has nothing to read.</summary>
    public sealed class BodyTaken;

    /// <summary>The asset that files hang on; null when there is no such asset.</summary>
    public static async Task<UploadOwner?> FindAssetAsync(NpgsqlConnection connection, Guid asset, int maxFiles, int maxBytes, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<string>(
            "select t.timezone from assets a join tenants t on t.id = a.tenant_id where a.id = $1", cancellationToken, Statement.Uuid(asset)) is { } zone
            ? new UploadOwner(ObjectArea.Assets, asset, asset, Zone(zone), maxFiles, maxBytes) : null;

    /// <summary>One upload of an asset after the other, from here to the commit: what is counted stays so.</summary>
    /// <returns>False when the asset is gone.</returns>
    public static async Task<bool> LockAssetAsync(NpgsqlConnection connection, Guid asset, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<Guid?>("select id from assets where id = $1 for no key update", cancellationToken, Statement.Uuid(asset)) is not null;

    /// <summary>At most so many UTF-16 units, and no half of a pair.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)].TrimEnd();

    public static TimeZoneInfo Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
