using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Custody;

/// <param name="LocationId">Where it is now, if that is not where it belonged before.</param>
/// <param name="Condition">In what state it came back.</param>
/// <param name="DamageFlag">It goes to maintenance.</param>
/// <param name="DamageNote">What is broken; only with the flag.</param>
/// <param name="CustomFields">As in an edit, of the model's fields with `displayCheckin`. Those of them that are required must have a value then.</param>
public sealed record CheckInAssetRequest(
    [property: MaxLength(2000), Storable(Multiline = true)] string? Note = null, Guid? LocationId = null, [property: MaxLength(200), Storable] string? Condition = null,
    bool DamageFlag = false, [property: MaxLength(500), Storable(Multiline = true)] string? DamageNote = null,
    IReadOnlyDictionary<Guid, JsonElement>? CustomFields = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!DamageFlag && !string.IsNullOrWhiteSpace(DamageNote))
        {
            yield return new ValidationResult(FieldError.WrongForm.Text, [nameof(DamageNote)]);
        }
    }
}

internal static partial class CheckInAsset
{
    public static async Task<Results<Ok<AssignmentResponse>, ProblemHttpResult>> Handle(
        string id, CheckInAssetRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, Actor actor, PanoramaDbContext db, TimeProvider clock,
        ILogger<AssetAssignment> logger, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var assetId) || await AssetRows.LockAsync(db, assetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (IfMatch.RefuseOlder(ifMatch, asset.Version) is { } stale)
        {
            return stale;
        }

        if (request.LocationId is { } place && place != asset.LocationId && !await db.Locations.AnyAsync(l => l.Id == place && l.ArchivedAt == null, cancellationToken))
        {
            return Problems.Members(("locationId", FieldError.NotFound));
        }

        if (await db.AssetAssignments.AsTracking().FirstOrDefaultAsync(h => h.AssetId == assetId && h.CheckedInAt == null, cancellationToken) is not { } custody)
        {
            return Problems.Of(Problems.NotInCustody);
        }

        var now = clock.Now();
        var refusals = await new AssetEditor(db, actor.UserId).FillInAsync(asset, request.CustomFields, CustomFieldMoment.CheckIn, now, cancellationToken);
        if (refusals.Count > 0)
        {
            return AssetRefusals.Of(refusals);
        }

        Close(custody, request, actor, now);
        asset.LocationId = request.LocationId ?? asset.LocationId;

        // What is retired, archived or in the workshop stays so: only damage changes it.
        var status = request.DamageFlag ? AssetStatus.Maintenance : asset.Status == AssetStatus.InUse ? AssetStatus.Ready : asset.Status;
        await AssetStates.MoveAsync(db, asset, status, now, cancellationToken);
        db.Add(AuditEvent.About(AuditActions.AssetCheckedIn, "asset", assetId, now, new
        {
            assignmentId = custody.Id,
            targetType = WireNames.Of(custody.TargetType),
            targetId = custody.TargetId(),
            expectedCheckinAt = custody.ExpectedCheckinAt,
            condition = custody.Condition,
            damageFlag = custody.IsDamaged,
            damageNote = custody.DamageNote,
            locationId = request.LocationId,
            assetNextStatus = WireNames.Of(status),
        }));
        db.Add(OutboxMessage.Of(new AssetCheckedIn(assetId, custody.Id, custody.TargetUserId), asset.TenantId, actor.UserId, now));
        await db.SaveChangesAsync(cancellationToken);
        LogCheckedIn(logger, assetId, custody.Id);
        return TypedResults.Ok(await AssignmentReader.ReadAsync(db, actor, custody.Id, now, cancellationToken));
    }

    private static void Close(AssetAssignment custody, CheckInAssetRequest request, Actor actor, DateTimeOffset now)
    {
        custody.CheckedInAt = now;
        custody.CheckedInByUserId = actor.UserId;
        custody.CheckinNote = Text(request.Note);
        custody.Condition = Text(request.Condition);
        custody.IsDamaged = request.DamageFlag;
        custody.DamageNote = Text(request.DamageNote);
        custody.UpdatedAt = now;
        custody.Version++;

        static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    [LoggerMessage(1102, LogLevel.Information, "Asset {AssetId} checked in, custody {AssignmentId}")]
    private static partial void LogCheckedIn(ILogger logger, Guid assetId, Guid assignmentId);
}
