using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Documents;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

internal static class DeleteDocument
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, [FromHeader(Name = IfMatch.Header)] string? ifMatch, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, id, isDeletedToo: false, cancellationToken) is not { } document)
        {
            return Problems.Of(Problems.DocumentNotFound);
        }

        if (IfMatch.RefuseOlder(ifMatch, document.Version) is { } refusal)
        {
            return refusal;
        }

        if (await LegalHolds.KeepAsync(db, document, cancellationToken))
        {
            return Problems.Of(Problems.LegalHold);
        }

        var now = clock.Now();
        document.DeletedAt = now;
        document.DeletedByUserId = actor.UserId;
        document.Version++;
        db.Add(AuditEvent.About(
            AuditActions.DocumentDeleted, "asset", document.AssetId!.Value, now, new { documentId = document.Id, name = document.Name, sha256 = Convert.ToHexStringLower(document.Sha256) }));
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>One that is not deleted is answered as it is.</summary>
    public static async Task<Results<Ok<DocumentItem>, ProblemHttpResult>> Restore(
        string id, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, TenantSession session, PanoramaDbContext db, DocumentReader documents,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, id, isDeletedToo: true, cancellationToken) is not { AssetId: { } asset } document)
        {
            return Problems.Of(Problems.DocumentNotFound);
        }

        if (IfMatch.RefuseOlder(ifMatch, document.Version) is { } refusal)
        {
            return refusal;
        }

        if (document.DeletedAt is not null)
        {
            await Uploads.LockAssetAsync(session.Connection, asset, cancellationToken);
            if (await db.Documents.CountAsync(d => d.AssetId == asset && d.DeletedAt == null, cancellationToken) >= Document.MaxPerAsset)
            {
                return Problems.Of(Problems.AssetDocumentCapReached, Problems.Args(("cap", Document.MaxPerAsset)));
            }

            document.DeletedAt = null;
            document.DeletedByUserId = null;
            document.Version++;
            db.Add(AuditEvent.About(AuditActions.DocumentRestored, "asset", asset, clock.GetUtcNow(), new { documentId = document.Id, name = document.Name }));
            await db.SaveChangesAsync(cancellationToken);
        }

        IfMatch.WriteTag(context, document.Version);
        return TypedResults.Ok(await documents.ItemAsync(document, cancellationToken));
    }

    public static async Task<Document?> FindAsync(PanoramaDbContext db, string id, bool isDeletedToo, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var document)
            ? await db.Documents.FirstOrDefaultAsync(d => d.Id == document && (isDeletedToo || d.DeletedAt == null), cancellationToken) : null;
}
