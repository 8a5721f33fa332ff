using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Readings;

/// <param name="Reason">3 to 500 characters.</param>
/// <param name="Value">What it should have been; null when there was no such reading.</param>
public sealed record CorrectReadingRequest([property: MinLength(3), MaxLength(500), Storable(Multiline = true)] string Reason, decimal? Value = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Value is { } value ? new AddReadingRequest(value).Validate(validationContext) : [];
}

/// <summary>A wrong reading is never changed: it is voided with a reason, and the right one stands beside it.</summary>
internal static class CorrectReading
{
    public static async Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Handle(
        string id, string readingId, CorrectReadingRequest request, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var assetId) || await AssetRows.LockAsync(db, assetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (!Guid.TryParseExact(readingId, "D", out var wrongId)
            || await db.MeterReadings.AsTracking().FirstOrDefaultAsync(r => r.Id == wrongId && r.AssetId == assetId, cancellationToken) is not { } wrong)
        {
            return Problems.Of(Problems.ReadingNotFound);
        }

        if (wrong.VoidedAt is not null)
        {
            return Problems.Of(Problems.ReadingVoided);
        }

        var now = clock.Now();
        wrong.VoidedAt = now;
        wrong.VoidReason = request.Reason.Trim();
        wrong.VoidedByUserId = actor.UserId;
        await db.SaveChangesAsync(cancellationToken);
        MeterReading? right = null;
        if (request.Value is { } value)
        {
            (right, var refusal) = await AddReading.WriteAsync(
                db, asset, actor, new AddReadingRequest(value, wrong.Unit, wrong.ReadAt), now, wrong.Source, cancellationToken);
            if (right is null)
            {
                return refusal!;
            }
        }
        else
        {
            await AssetMeters.DeriveAsync(db, asset, now, cancellationToken);
        }

        db.Add(AuditEvent.About(AuditActions.AssetMeterCorrected, "asset", assetId, now, new
        {
            readingId = wrong.Id,
            before = wrong.Value,
            after = right?.Value,
            unit = WireNames.Of(wrong.Unit),
            reason = wrong.VoidReason,
        }));
        await db.SaveChangesAsync(cancellationToken);
        IfMatch.WriteTag(context, asset.Version);
        return TypedResults.Ok(await AssetReader.ReadAsync(db, assetId, now, cancellationToken));
    }
}
