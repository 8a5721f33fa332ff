using System.ComponentModel.DataAnnotations;
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

namespace Panorama.Api.Assets;

/// <param name="Reason">Why, for the history.</param>
public sealed record AssetReasonRequest([property: MaxLength(500), Storable(Multiline = true)] string? Reason = null);

/// <summary>Another state, or another label within it.</summary>
/// <param name="Status">`READY` or `MAINTENANCE`; absent, the state of the label.</param>
/// <param name="StatusLabelId">Null takes the organisation's default label of the state, or none.</param>
/// <param name="Reason">Why, for the history.</param>
public sealed record ChangeStatusRequest(
    AssetStatus? Status = null, Guid? StatusLabelId = null, [property: MaxLength(500), Storable(Multiline = true)] string? Reason = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Status is null && StatusLabelId is null)
        {
            yield return new ValidationResult(FieldError.Required.Text, [nameof(Status)]);
        }
        else if (Status is not (null or AssetStatus.Ready or AssetStatus.Maintenance))
        {
            yield return new ValidationResult(FieldError.OutOfRange.Text, [nameof(Status)]);
        }
    }
}

/// <summary>What all changes of state by people have in common: the row is locked, the version is the one that was seen.</summary>
internal static class ChangeAssetState
{
    public static Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Archive(
        string id, AssetReasonRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, PanoramaDbContext db,
        TimeProvider clock, CancellationToken cancellationToken) => RunAsync(id, ifMatch, context, db, clock, async asset =>
    {
        if (asset.ArchivedAt is not null)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        if (await AssetStates.IsHeldAsync(db, asset.Id, cancellationToken))
        {
            return Problems.Of(Problems.AssetInCustody);
        }

        var now = clock.Now();
        asset.ArchivedAt = now;
        AssetStates.Touch(asset, now);
        db.Add(AuditEvent.About(AuditActions.AssetArchived, "asset", asset.Id, now, new { reason = request.Reason }));
        return null;
    }, cancellationToken);

    public static Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Restore(
        string id, AssetReasonRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, PanoramaDbContext db,
        TimeProvider clock, CancellationToken cancellationToken) => RunAsync(id, ifMatch, context, db, clock, async asset =>
    {
        if (asset.ArchivedAt is null)
        {
            return Problems.Of(Problems.AssetNotArchived);
        }

        if (asset.Serial is not null && await AssetSerials.IsTakenAsync(db, asset, asset.Serial, cancellationToken))
        {
            return Problems.Of(Problems.AssetSerialTaken);
        }

        var now = clock.Now();
        asset.ArchivedAt = null;
        AssetStates.Touch(asset, now);
        db.Add(AuditEvent.About(AuditActions.AssetRestored, "asset", asset.Id, now, new { reason = request.Reason }));
        return null;
    }, cancellationToken);

    public static Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Retire(
        string id, AssetReasonRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, PanoramaDbContext db,
        Actor actor, TimeProvider clock, CancellationToken cancellationToken) => RunAsync(id, ifMatch, context, db, clock, async asset =>
    {
        if (await RefuseAsync(db, asset, AssetStatus.Retired, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var (now, before) = (clock.Now(), asset.Status);
        await AssetStates.MoveAsync(db, asset, AssetStatus.Retired, now, cancellationToken);
        db.Add(AuditEvent.About(AuditActions.AssetRetired, "asset", asset.Id, now, new { before = WireNames.Of(before), reason = request.Reason }));
        db.Add(OutboxMessage.Of(new AssetRetired(asset.Id), asset.TenantId, actor.UserId, now));
        return null;
    }, cancellationToken);

    /// <summary>Between ready and maintenance, from a state that nobody's custody holds up, or out of retirement.</summary>
    public static Task<Results<Ok<AssetResponse>, ProblemHttpResult>> Change(
        string id, ChangeStatusRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, PanoramaDbContext db,
        TimeProvider clock, CancellationToken cancellationToken) => RunAsync(id, ifMatch, context, db, clock, async asset =>
    {
        var label = request.StatusLabelId is { } labelId
            ? await db.StatusLabels.AsNoTracking().FirstOrDefaultAsync(l => l.Id == labelId && l.ArchivedAt == null, cancellationToken) : null;
        if (request.StatusLabelId is not null && label is null)
        {
            return Problems.Members(("statusLabelId", FieldError.NotFound));
        }

        var target = request.Status ?? label!.MapsTo;
        if (label is not null && label.MapsTo != target)
        {
            return Problems.Of(Problems.StatusLabelMismatch, Problems.Args(("status", WireNames.Of(target)), ("mapsTo", WireNames.Of(label.MapsTo))));
        }

        if (await RefuseAsync(db, asset, target, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var (now, before, beforeLabel) = (clock.Now(), asset.Status, await NameAsync(db, asset.StatusLabelId, cancellationToken));
        asset.StatusLabelId = label?.Id ?? asset.StatusLabelId;
        await AssetStates.MoveAsync(db, asset, target, now, cancellationToken);
        db.Add(AuditEvent.About(AuditActions.AssetStatusChanged, "asset", asset.Id, now, new
        {
            before = WireNames.Of(before),
            after = WireNames.Of(target),
            beforeLabel,
            afterLabel = await NameAsync(db, asset.StatusLabelId, cancellationToken),
            reason = request.Reason,
        }));
        return null;
    }, cancellationToken);

    private static async Task<ProblemHttpResult?> RefuseAsync(PanoramaDbContext db, Asset asset, AssetStatus target, CancellationToken cancellationToken) =>
        AssetStates.Refuse(asset.Status, target, asset.ArchivedAt is not null, await AssetStates.IsHeldAsync(db, asset.Id, cancellationToken)) switch
        {
            null => null,
            MoveRefusal.Archived => Problems.Of(Problems.AssetArchived),
            MoveRefusal.InCustody => Problems.Of(Problems.AssetInCustody),
            MoveRefusal.UseReturnToService => Problems.Of(Problems.UseReturnToService),
            _ => AssetRefusals.NotAvailable(asset),
        };

    private static async Task<string?> NameAsync(PanoramaDbContext db, Guid? labelId, CancellationToken cancellationToken) => labelId is { } id
        ? await db.StatusLabels.Where(l => l.Id == id).Select(l => l.Name).FirstOrDefaultAsync(cancellationToken)
        : null;

    private static async Task<Results<Ok<AssetResponse>, ProblemHttpResult>> RunAsync(
        string id, string? ifMatch, HttpContext context, PanoramaDbContext db, TimeProvider clock, Func<Asset, Task<ProblemHttpResult?>> change,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var assetId) || await AssetRows.LockAsync(db, assetId, cancellationToken) is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (IfMatch.Refuse(ifMatch, asset.Version) is { } stale)
        {
            return stale;
        }

        if (await change(asset) is { } refusal)
        {
            return refusal;
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.Violates(Asset.LiveTagKey))
        {
            return Problems.Of(Problems.AssetTagTaken); // of a restored asset, whose tag went to another meanwhile
        }

        IfMatch.WriteTag(context, asset.Version);
        return TypedResults.Ok(await AssetReader.ReadAsync(db, assetId, clock.Now(), cancellationToken));
    }
}
