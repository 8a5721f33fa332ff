using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Documents;
using Panorama.Core.Photos;
using Panorama.Core.Retention;
using Panorama.Core.Sql;

namespace Panorama.Api.Photos;

/// <summary>By statements: the page of an asset asks for its photos, and would load the entity model for nothing else.</summary>
internal static class ListPhotos
{
    private const string Photos =
        $"""
        select p.id, p.caption, p.width, p.height, p.size_bytes, p.sha256, p.captured_at, p.capture_trust, p.created_at, p.uploaded_by_user_id, u.display_name,
               p.legal_hold or {FilesOfAsset.IsHeld}, p.version
          from photos p left join users u on u.id = p.uploaded_by_user_id
         where p.asset_id = $1 and p.inspection_id is null and p.deleted_at is null order by p.created_at desc, p.id desc
        """;

    public static async Task<Results<Ok<PhotoList>, ProblemHttpResult>> Handle(string id, TenantSession session, CancellationToken cancellationToken) =>
        await FilesOfAsset.ReadAsync(session, id, Photos, Item, cancellationToken) is { } photos
            ? TypedResults.Ok(new PhotoList(photos.Items, Photo.MaxPerAsset, photos.RetentionDays ?? SweepFiles.DefaultDays))
            : Problems.Of(Problems.AssetNotFound);

    private static PhotoItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.TextOrNull(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(5)),
        reader.ValueOrNull<DateTimeOffset>(6), reader.TextOrNull(7) is { } clock ? WireNames.Parse<CaptureClock>(clock) : null, reader.GetFieldValue<DateTimeOffset>(8),
        reader.GetGuid(9), reader.TextOrNull(10), reader.GetBoolean(11), reader.GetInt32(12));
}

internal static class ListDocuments
{
    private const string Documents =
        $"""
        select d.id, d.name, d.size_bytes, d.sha256, d.created_at, d.uploaded_by_user_id, u.display_name, d.legal_hold or {FilesOfAsset.IsHeld}, d.version
          from documents d left join users u on u.id = d.uploaded_by_user_id
         where d.asset_id = $1 and d.deleted_at is null order by d.created_at desc, d.id desc
        """;

    public static async Task<Results<Ok<DocumentList>, ProblemHttpResult>> Handle(string id, TenantSession session, CancellationToken cancellationToken) =>
        await FilesOfAsset.ReadAsync(session, id, Documents, Item, cancellationToken) is { } documents
            ? TypedResults.Ok(new DocumentList(documents.Items, Document.MaxPerAsset))
            : Problems.Of(Problems.AssetNotFound);

    private static DocumentItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3)), reader.GetFieldValue<DateTimeOffset>(4),
        reader.GetGuid(5), reader.TextOrNull(6), reader.GetBoolean(7), reader.GetInt32(8));
}

internal static class FilesOfAsset
{
    /// <summary>A legal hold of the asset <c>$1</c>, or of everything.</summary>
    public const string IsHeld = $"exists (select from legal_holds h where h.released_at is null and ({FileTable.IsOfTenant} or h.asset_id = $1))";

    private const string About =
        "select exists (select from assets where id = $1), inspection_photo_retention_days from tenants where id = (select panorama_current_tenant())";

    /// <summary>Null when this tenant has no such asset.</summary>
    public static async Task<(List<T> Items, int? RetentionDays)?> ReadAsync<T>(
        TenantSession session, string id, string files, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var asset))
        {
            return null;
        }

        await using var batch = new NpgsqlBatch { BatchCommands = { Statement.Of(About, Statement.Uuid(asset)), Statement.Of(files, Statement.Uuid(asset)) } };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var (isThere, days) = (await reader.ReadAllAsync(r => (r.GetBoolean(0), r.ValueOrNull<int>(1)), cancellationToken)).Single();
        return isThere ? (await reader.ReadAllAsync(read, cancellationToken), days) : null;
    }
}
