using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Readings;

/// <param name="Value">Not below zero, one decimal.</param>
/// <param name="Unit">`km`, `mi` or `h`; the asset's when absent.</param>
/// <param name="ReadAt">Now when absent; never later than now.</param>
public sealed record AddReadingRequest(decimal Value, MeterUnit? Unit = null, DateTimeOffset? ReadAt = null) : IValidatableObject
{
    private const decimal Limit = 100_000_000_000m;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Value is < 0 or >= Limit || Math.Round(Value, 1) != Value)
        {
            yield return new ValidationResult(FieldError.OutOfRange.Text, [nameof(Value)]);
        }
    }
}

internal static class AddReading
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    public static async Task<Results<Created<ReadingResponse>, ProblemHttpResult>> Handle(
        string id, AddReadingRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        if (request.ReadAt > now + ClockSkew)
        {
            return Problems.Members(("readAt", FieldError.OutOfRange));
        }

        if (!Guid.TryParseExact(id, "D", out var assetId) || await AssetRows.LockAsync(db, assetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (actor.Role is not (Role.Owner or Role.FleetAdmin or Role.FleetStaff)
            && !await db.AssetAssignments.AnyAsync(h => h.AssetId == assetId && h.TargetUserId == actor.UserId && h.CheckedInAt == null, cancellationToken))
        {
            return Problems.Of(Problems.Forbidden);
        }

        if (asset.ArchivedAt is not null)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        var (reading, refusal) = await WriteAsync(db, asset, actor, request, now, "manual", cancellationToken);
        if (reading is null)
        {
            return refusal!;
        }

        db.Add(AuditEvent.About(
            AuditActions.AssetMeterRead, "asset", assetId, now, new { readingId = reading.Id, value = reading.Value, unit = WireNames.Of(reading.Unit), readAt = reading.ReadAt }));
        await db.SaveChangesAsync(cancellationToken);
        var name = await db.Users.Where(u => u.Id == actor.UserId).Select(u => u.DisplayName).FirstOrDefaultAsync(cancellationToken);
        return TypedResults.Created(
            $"/api/assets/{assetId}/meter-readings",
            new ReadingResponse(reading.Id, reading.Value, reading.Unit, reading.ReadAt, reading.Source, actor.UserId, name, null, null, now));
    }

    /// <summary>Inserts a reading of a locked asset and derives its largest; the audit line is the caller's.</summary>
    public static async Task<(MeterReading? Reading, ProblemHttpResult? Refusal)> WriteAsync(
        PanoramaDbContext db, Asset asset, Actor actor, AddReadingRequest request, DateTimeOffset now, string source, CancellationToken cancellationToken)
    {
        var unit = await AssetMeters.UnitAsync(db, asset, cancellationToken);
        var isFirst = !await db.MeterReadings.AnyAsync(r => r.AssetId == asset.Id && r.VoidedAt == null, cancellationToken);
        if (request.Unit is { } asked && asked != unit && !isFirst)
        {
            return (null, Problems.Of(Problems.MeterUnitMismatch, Problems.Args(("unit", WireNames.Of(unit)))));
        }

        var at = request.ReadAt is { } said && said < now ? said : now;
        var (before, after) = await AssetMeters.AroundAsync(db, asset.Id, at, cancellationToken);
        if (request.Value < before || request.Value > after)
        {
            return (null, Problems.Of(Problems.MileageNotMonotonic, Problems.Args(("before", before), ("after", after))));
        }

        var reading = new MeterReading
        {
            Id = Guid.CreateVersion7(now),
            TenantId = asset.TenantId,
            AssetId = asset.Id,
            Value = request.Value,
            Unit = isFirst ? request.Unit ?? unit : unit,
            ReadAt = at,
            Source = source,
            ReadByUserId = actor.UserId,
            CreatedAt = now,
        };
        db.Add(reading);
        await db.SaveChangesAsync(cancellationToken);
        await AssetMeters.DeriveAsync(db, asset, now, cancellationToken);
        return (reading, null);
    }
}
