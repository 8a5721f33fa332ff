using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <summary>An inspection with what was asked and answered.</summary>
public sealed record InspectionDetail : InspectionItem
{
    internal InspectionDetail(
        InspectionItem inspection, InspectionSnapshot snapshot, bool isOutdated, IReadOnlyList<InspectionAnswer> responses, IReadOnlyList<InspectionPhoto> photos)
        : base(inspection) => (TemplateSnapshot, IsOutdated, Responses, Photos) = (snapshot, isOutdated, responses, photos);

    /// <summary>What is wrong with the asset by now.</summary>
    public required IReadOnlyList<DefectItem> OpenDefects { get; init; }

    /// <summary>Ids of the defects that whoever completed it was shown.</summary>
    public required IReadOnlyList<Guid> AcknowledgedDefects { get; init; }

    /// <summary>What is asked, as it was when the inspection was begun.</summary>
    public InspectionSnapshot TemplateSnapshot { get; }

    /// <summary>The checklist asks something else since.</summary>
    public bool IsOutdated { get; }
    public IReadOnlyList<InspectionAnswer> Responses { get; }
    public IReadOnlyList<InspectionPhoto> Photos { get; }
}

/// <summary>The answer to one item: one of the three values, or none where a photo is the answer.</summary>
public sealed record InspectionAnswer(
    Guid Id, Guid SnapshotItemId, bool? BooleanValue, string? TextValue, double? NumberValue, string? Note, DateTimeOffset UpdatedAt, Guid RespondedByUserId);

/// <summary>A photo of an inspection; the picture is at `/api/inspections/{id}/photos/{photoId}`.</summary>
/// <param name="SnapshotItemId">Of the item that it answers; null for one of the whole.</param>
/// <param name="Sha256">Of the picture as it is kept, lower-case hexadecimal.</param>
public sealed record InspectionPhoto(
    Guid Id, Guid? ResponseId, Guid? SnapshotItemId, int Width, int Height, int SizeBytes, string Sha256, DateTimeOffset? CapturedAt, DateTimeOffset UploadedAt,
    Guid UploadedByUserId);

internal static class GetInspection
{
    public static async Task<Results<Ok<InspectionDetail>, ProblemHttpResult>> Handle(
        string id, Actor actor, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId)
            || await db.Inspections.AsNoTracking().Where(i => i.Id == runId).Where(InspectionRows.IsVisibleTo(actor))
                .Select(i => new { i.TemplateSnapshot, i.AcknowledgedDefects, ContentVersion = db.InspectionTemplates.Where(t => t.Id == i.TemplateId).Select(t => t.ContentVersion).First() })
                .FirstOrDefaultAsync(cancellationToken) is not { } asked)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        var inspection = await InspectionReader.ReadAsync(db, runId, cancellationToken);
        var answers = await db.InspectionResponses.AsNoTracking().Where(r => r.InspectionId == runId).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id)
            .Select(r => new InspectionAnswer(r.Id, r.SnapshotItemId, r.BooleanValue, r.TextValue, r.NumberValue, r.Note, r.UpdatedAt, r.RespondedByUserId))
            .ToListAsync(cancellationToken);
        var photos = await db.Photos.AsNoTracking().Where(p => p.InspectionId == runId && p.DeletedAt == null).OrderBy(p => p.CreatedAt).ThenBy(p => p.Id)
            .Select(p => new { p.Id, p.ResponseId, p.Width, p.Height, p.SizeBytes, p.Sha256, p.CapturedAt, p.CreatedAt, p.UploadedByUserId }).ToListAsync(cancellationToken);
        var snapshot = InspectionSnapshot.FromJson(asked.TemplateSnapshot);
        return TypedResults.Ok(new InspectionDetail(
            inspection!, snapshot, asked.ContentVersion > snapshot.ContentVersion, answers,
            photos.ConvertAll(p => new InspectionPhoto(
                p.Id, p.ResponseId, answers.Find(a => a.Id == p.ResponseId)?.SnapshotItemId, p.Width, p.Height, p.SizeBytes, Convert.ToHexStringLower(p.Sha256), p.CapturedAt,
                p.CreatedAt, p.UploadedByUserId)))
        {
            OpenDefects = await DefectReader.OpenAsync(db, inspection!.AssetId, cancellationToken),
            AcknowledgedDefects = asked.AcknowledgedDefects,
        });
    }
}
