using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Custody;

/// <param name="TargetType">`user`, `location` or `asset`.</param>
/// <param name="TargetId">Of the member, the place or the other asset.</param>
/// <param name="ExpectedCheckinAt">Null when it is lent without an end.</param>
/// <param name="RequireAcceptance">Asks a person to accept; absent, the category says.</param>
/// <param name="CustomFields">As in an edit, of the model's fields with `displayCheckout`. Those of them that are required must have a value then.</param>
public sealed record CheckOutAssetRequest(
    AssignmentTarget TargetType, Guid TargetId, DateTimeOffset? ExpectedCheckinAt = null, [property: MaxLength(2000), Storable(Multiline = true)] string? Note = null,
    bool? RequireAcceptance = null, IReadOnlyDictionary<Guid, JsonElement>? CustomFields = null);

internal static partial class CheckOutAsset
{
    private const int MaxDepth = 16;

    public static async Task<Results<Created<AssignmentResponse>, ProblemHttpResult>> Handle(
        string id, CheckOutAssetRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, Actor actor, PanoramaDbContext db, TimeProvider clock,
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

        if (!await IsTargetAsync(db, asset, request, cancellationToken))
        {
            return Problems.Of(Problems.TargetNotFound);
        }

        var now = clock.Now();
        if (await RefuseAsync(db, asset, request, now, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var refusals = await new AssetEditor(db, actor.UserId).FillInAsync(asset, request.CustomFields, CustomFieldMoment.CheckOut, now, cancellationToken);
        if (refusals.Count > 0)
        {
            return AssetRefusals.Of(refusals);
        }

        var custody = await LendAsync(db, asset, request, actor, now, cancellationToken);
        db.Add(custody);
        await AssetStates.MoveAsync(db, asset, AssetStatus.InUse, now, cancellationToken);
        db.Add(AuditEvent.About(AuditActions.AssetCheckedOut, "asset", assetId, now, new
        {
            assignmentId = custody.Id,
            targetType = WireNames.Of(custody.TargetType),
            targetId = request.TargetId,
            expectedCheckinAt = custody.ExpectedCheckinAt,
        }));
        db.Add(OutboxMessage.Of(new AssetCheckedOut(assetId, custody.Id, custody.TargetUserId, custody.ExpectedCheckinAt), asset.TenantId, actor.UserId, now));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.Violates(AssetAssignment.OpenPerAsset))
        {
            return Problems.Of(Problems.AssetInCustody);
        }

        LogCheckedOut(logger, assetId, custody.Id);
        return TypedResults.Created($"/api/assignments/{custody.Id}", await AssignmentReader.ReadAsync(db, actor, custody.Id, now, cancellationToken));
    }

    private static async Task<ProblemHttpResult?> RefuseAsync(
        PanoramaDbContext db, Asset asset, CheckOutAssetRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (asset.ArchivedAt is not null)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        if (request.ExpectedCheckinAt <= now)
        {
            return Problems.Of(Problems.ExpectedCheckinInPast);
        }

        if (await AssetStates.IsHeldAsync(db, asset.Id, cancellationToken))
        {
            return Problems.Of(Problems.AssetInCustody);
        }

        var isLendable = asset.StatusLabelId is not { } label
            || await db.StatusLabels.AnyAsync(l => l.Id == label && l.Type == StatusLabelType.Deployable, cancellationToken);
        return asset.Status == AssetStatus.Ready && isLendable ? null : AssetRefusals.NotAvailable(asset);
    }

    private static async Task<AssetAssignment> LendAsync(
        PanoramaDbContext db, Asset asset, CheckOutAssetRequest request, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var category = await db.AssetModels.Where(m => m.Id == asset.ModelId).Select(m => new { m.Category!.CheckoutAccepted, m.Category.Eula }).SingleAsync(cancellationToken);
        var asks = request.TargetType == AssignmentTarget.User && (request.RequireAcceptance ?? category.CheckoutAccepted);
        return new AssetAssignment
        {
            Id = Guid.CreateVersion7(now),
            TenantId = asset.TenantId,
            AssetId = asset.Id,
            TargetType = request.TargetType,
            TargetUserId = request.TargetType == AssignmentTarget.User ? request.TargetId : null,
            TargetLocationId = request.TargetType == AssignmentTarget.Location ? request.TargetId : null,
            TargetAssetId = request.TargetType == AssignmentTarget.Asset ? request.TargetId : null,
            CheckedOutAt = now,
            CheckedOutByUserId = actor.UserId,
            ExpectedCheckinAt = request.ExpectedCheckinAt,
            RequiresAcceptance = asks,
            AcceptanceText = asks ? category.Eula : null,
            Note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim(),
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private static async Task<bool> IsTargetAsync(PanoramaDbContext db, Asset asset, CheckOutAssetRequest request, CancellationToken cancellationToken) =>
        request.TargetType switch
        {
            AssignmentTarget.User => await db.Memberships.AnyAsync(
                m => m.UserId == request.TargetId && m.Status == MembershipStatus.Active && m.Role != Role.System, cancellationToken),
            AssignmentTarget.Location => await db.Locations.AnyAsync(l => l.Id == request.TargetId && l.ArchivedAt == null, cancellationToken),
            _ => await db.Assets.AnyAsync(a => a.Id == request.TargetId && a.ArchivedAt == null, cancellationToken)
                && !await IsInsideAsync(db, request.TargetId, asset.Id, cancellationToken),
        };

    /// <summary>Whether the target is lent, over any steps, to the asset itself: a trailer cannot carry the van that carries it.</summary>
    private static async Task<bool> IsInsideAsync(PanoramaDbContext db, Guid target, Guid asset, CancellationToken cancellationToken)
    {
        Guid? at = target;
        for (var depth = 0; at is { } here && depth < MaxDepth; depth++)
        {
            if (here == asset)
            {
                return true;
            }

            at = await db.AssetAssignments.Where(h => h.AssetId == here && h.CheckedInAt == null).Select(h => h.TargetAssetId).FirstOrDefaultAsync(cancellationToken);
        }

        return at is not null;
    }

    [LoggerMessage(1101, LogLevel.Information, "Asset {AssetId} checked out as {AssignmentId}")]
    private static partial void LogCheckedOut(ILogger logger, Guid assetId, Guid assignmentId);
}
