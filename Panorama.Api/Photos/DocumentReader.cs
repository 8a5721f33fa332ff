using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Documents;

namespace Panorama.Api.Photos;

/// <summary>A PDF of an asset.</summary>
/// <param name="Name">Under which a browser saves it.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="UploadedByName">Null when the person is not known any more.</param>
/// <param name="IsHeld">A legal hold keeps it: it cannot be deleted.</param>
public sealed record DocumentItem(
    Guid Id, string Name, int Bytes, string Sha256, DateTimeOffset UploadedAt, Guid UploadedById, string? UploadedByName, bool IsHeld, int Version);

/// <param name="Limit">As many an asset may have.</param>
public sealed record DocumentList(IReadOnlyList<DocumentItem> Items, int Limit);

internal sealed class DocumentReader(PanoramaDbContext db)
{
    public async Task<DocumentItem> ItemAsync(Document document, CancellationToken cancellationToken) => Item(
        document, await db.Users.Where(u => u.Id == document.UploadedByUserId).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken),
        await LegalHolds.KeepAsync(db, document, cancellationToken));

    private static DocumentItem Item(Document document, string? name, bool isHeld) => new(
        document.Id, document.Name, document.SizeBytes, Convert.ToHexStringLower(document.Sha256), document.CreatedAt, document.UploadedByUserId, name, isHeld, document.Version);
}
