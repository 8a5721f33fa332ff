using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

/// <param name="Reason">3 to 500 characters: what was done.</param>
/// <param name="ReadingId">The reading of the meter that was taken with it.</param>
public sealed record ReturnToServiceRequest([property: MinLength(3), MaxLength(500), Storable(Multiline = true)] string Reason, Guid? ReadingId = null);

internal static class ReturnToService
{
    public static async Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Handle(
        string id, ReturnToServiceRequest request, HttpContext context, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var assetId) || await AssetRows.LockAsync(db, assetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (request.ReadingId is { } readingId && !await db.MeterReadings.AnyAsync(r => r.Id == readingId && r.AssetId == assetId, cancellationToken))
        {
            return Problems.Of(Problems.ReadingNotFound);
        }

        if (asset.ArchivedAt is not null)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        if (asset.Status != AssetStatus.Maintenance)
        {
            return Problems.Of(Problems.AssetNotInMaintenance, Problems.Args(("status", WireNames.Of(asset.Status))));
        }

        // Somebody may hold it meanwhile: it is then in use again, not ready for the next.
        var now = clock.Now();
        var status = await AssetStates.IsHeldAsync(db, assetId, cancellationToken) ? AssetStatus.InUse : AssetStatus.Ready;
        await AssetStates.MoveAsync(db, asset, status, now, cancellationToken);
        db.Add(AuditEvent.About(
            AuditActions.AssetReturnedToService, "asset", assetId, now, new { reason = request.Reason.Trim(), readingId = request.ReadingId }));
        await db.SaveChangesAsync(cancellationToken);
        IfMatch.WriteTag(context, asset.Version);
        return TypedResults.Ok(await AssetReader.ReadAsync(db, assetId, now, cancellationToken));
    }
}
