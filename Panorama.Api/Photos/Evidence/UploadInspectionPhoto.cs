using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Inspections;
using Panorama.Core.Photos;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos.Evidence;

/// <summary>A photo of an inspection as it was taken.</summary>
/// <param name="ResponseId">The answer that it belongs to; null for one of the whole inspection.</param>
/// <param name="Sha256">Of the picture as it is kept, lower-case hexadecimal.</param>
/// <param name="CapturedAt">What the camera says; null when it says nothing.</param>
/// <param name="SignedUrl">Where it is shown; a link that ends where photos are delivered by redirect.</param>
/// <param name="Deduped">It was there: its `clientUploadKey` was sent before.</param>
public sealed record UploadedInspectionPhoto(
    Guid Id, Guid InspectionId, Guid? ResponseId, Guid? SnapshotItemId, string Sha256, int Width, int Height, int SizeBytes, DateTimeOffset? CapturedAt,
    DateTimeOffset UploadedAt, string SignedUrl, bool Deduped);

/// <summary>As a photo of an asset, but of a run that is in progress, by who began it or the desk.</summary>
internal sealed class UploadInspectionPhoto(UploadTools tools, PhotoProcessor processor, IObjectStore store, IOptions<StorageOptions> options)
    : PhotoUpload<UploadedInspectionPhoto>(tools, processor)
{
    protected override bool HasAnswer => true;

    protected override ProblemKind OwnerNotFound => Problems.InspectionNotFound;

    protected override ProblemKind CapReached => Problems.InspectionPhotoCapReached;

    public static async Task<Results<Created<UploadedInspectionPhoto>, ProblemHttpResult>> Handle(
        string id, [AsParameters] UploadTools tools, PhotoProcessor processor, IObjectStore store, IOptions<StorageOptions> options)
    {
        var result = await new UploadInspectionPhoto(tools, processor, store, options).RunAsync(id);
        return result.Result switch
        {
            ProblemHttpResult refusal => refusal,
            Ok<UploadedInspectionPhoto> { Value: { } before } => TypedResults.Created(InspectionPhotos.Address(before.InspectionId, before.Id), before with { Deduped = true }),
            var made => (Created<UploadedInspectionPhoto>)made,
        };
    }

    protected override async Task<UploadOwner?> FindOwnerAsync(Guid id)
    {
        var found = await Tools.Db.Inspections.AsNoTracking().Where(i => i.Id == id).Where(InspectionRows.IsVisibleTo(Tools.Actor))
            .Join(Tools.Db.Tenants, i => i.TenantId, t => t.Id, (i, t) => new { i.AssetId, t.Timezone, t.InspectionConfig }).FirstOrDefaultAsync(Aborted);
        if (found is null)
        {
            return null;
        }

        var policy = InspectionPolicy.Read(found.InspectionConfig);
        return new UploadOwner(
            ObjectArea.Inspections, id, found.AssetId, Uploads.Zone(found.Timezone), policy.MaxPhotosPerInspection, policy.MaxPhotoBytes, policy.MaxPhotoDimension);
    }

    // Of a run that is completed at once the photo comes before or not at all.
    protected override async Task<bool> LockAsync(UploadOwner owner) => await InspectionRows.LockAsync(Tools.Db, Tools.Actor, owner.Id, Aborted) is not null;

    protected override IQueryable<Photo> FilesOf(UploadOwner owner) => Tools.Db.Photos.Where(p => p.InspectionId == owner.Id);

    protected override async Task<ProblemHttpResult?> RefuseAsync(UploadOwner owner, UploadForm form)
    {
        var run = await Tools.Db.Inspections.AsNoTracking().Where(i => i.Id == owner.Id).Select(i => new { i.Status, i.TemplateSnapshot }).SingleAsync(Aborted);
        if (run.Status != InspectionStatus.InProgress)
        {
            return Problems.Of(Problems.InspectionNotInProgress);
        }

        if (form.ResponseId is { } response && !await Tools.Db.InspectionResponses.AnyAsync(r => r.Id == response && r.InspectionId == owner.Id, Aborted))
        {
            return Problems.Of(Problems.ResponseNotInInspection);
        }

        return form.SnapshotItemId is { } item && InspectionSnapshot.FromJson(run.TemplateSnapshot).Items.All(i => i.Id != item)
            ? Problems.About(Problems.ItemNotInSnapshot, item.ToString(), Problems.Args(("snapshotItemId", item)))
            : null;
    }

    /// <summary>An item that nobody answered has an answer then, without a value.</summary>
    protected override async Task AttachAsync(UploadOwner owner, UploadForm form, Photo row)
    {
        row.ResponseId = form.ResponseId;
        if (form.SnapshotItemId is not { } item)
        {
            return;
        }

        row.ResponseId = await Tools.Db.InspectionResponses.Where(r => r.InspectionId == owner.Id && r.SnapshotItemId == item).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(Aborted);
        if (row.ResponseId is null)
        {
            var now = Tools.Clock.Now();
            var answer = new InspectionResponse
            {
                Id = Guid.CreateVersion7(now),
                TenantId = row.TenantId,
                InspectionId = owner.Id,
                SnapshotItemId = item,
                RespondedByUserId = Tools.Actor.UserId,
                RespondedAt = now,
                CreatedAt = now,
                UpdatedAt = now,
            };
            Tools.Db.Add(answer);
            row.ResponseId = answer.Id;
        }
    }

    protected override string Address(UploadOwner owner, Guid id) => InspectionPhotos.Address(owner.Id, id);

    protected override async Task<UploadedInspectionPhoto> ItemAsync(Photo row)
    {
        var address = InspectionPhotos.Address(row.InspectionId!.Value, row.Id);
        return new(
            row.Id, row.InspectionId.Value, row.ResponseId,
            row.ResponseId is null ? null : await Tools.Db.InspectionResponses.Where(r => r.Id == row.ResponseId).Select(r => (Guid?)r.SnapshotItemId).FirstOrDefaultAsync(Aborted),
            Convert.ToHexStringLower(row.Sha256), row.Width, row.Height, row.SizeBytes, row.CapturedAt, row.CreatedAt,
            options.Value.IsRedirected ? store.SignGet(ObjectKey.Parse(row.StorageKey, row.TenantId), options.Value.Lifetime, "photo.jpg", "image/jpeg").ToString() : address,
            Deduped: false);
    }

    protected override RefusedUpload Refused(UploadOwner owner) =>
        new(AuditActions.InspectionPhotoRejected, AuditActions.InspectionPhotoProcessingFailed, "inspection", owner.Id, owner.AssetId, owner.Id);

    protected override AuditEvent Describe(Photo row, UploadOwner owner) =>
        AuditEvent.About(AuditActions.InspectionPhotoUploaded, "inspection_photo", row.Id, Tools.Clock.GetUtcNow(), new TakenOfInspection(row) { InspectionId = owner.Id });

    private sealed class TakenOfInspection(Photo row) : TakenPhoto(row)
    {
        public required Guid InspectionId { get; init; }

        public Guid? ReservationId { get; init; }
    }
}
