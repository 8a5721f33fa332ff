using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Photos;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos.Evidence;

/// <param name="Marks">All that the photo is to have, at most 10; none takes them away.</param>
public sealed record MarkInspectionPhotoRequest([property: Required, MaxLength(PhotoMark.MaxPerPhoto)] IReadOnlyList<PhotoMarkBody> Marks) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Marks.Any(m => m is null))
        {
            yield return new ValidationResult(FieldError.WrongForm.Text, [nameof(Marks)]);
        }
    }
}

/// <summary>A mark as it is sent: a circle has a radius, an arrow has where it points.</summary>
/// <param name="X">From the left, in ten-thousandths of the width: the centre of a circle, or where an arrow begins.</param>
/// <param name="Y">From the top, in ten-thousandths of the height.</param>
/// <param name="Radius">Of a circle, 100 to 10,000 ten-thousandths of the width.</param>
/// <param name="ToX">Where an arrow points, as `x`.</param>
/// <param name="ToY">Where an arrow points, as `y`; not where it begins.</param>
/// <param name="Text">What is to be seen there, at most 200 characters.</param>
public sealed record PhotoMarkBody(
    PhotoMarkShape Shape, [property: Range(0, PhotoMark.Whole)] int X, [property: Range(0, PhotoMark.Whole)] int Y,
    [property: Range(PhotoMark.MinRadius, PhotoMark.Whole)] int? Radius = null, [property: Range(0, PhotoMark.Whole)] int? ToX = null,
    [property: Range(0, PhotoMark.Whole)] int? ToY = null, [property: MaxLength(PhotoMark.MaxText), Storable] string? Text = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var isCircle = Shape == PhotoMarkShape.Circle;
        if (isCircle != Radius is not null)
        {
            yield return new ValidationResult(isCircle ? "A circle has a radius." : "An arrow has no radius.", [nameof(Radius)]);
        }

        if (isCircle == ToX is not null || isCircle == ToY is not null)
        {
            yield return new ValidationResult(isCircle ? "A circle points nowhere." : "An arrow points somewhere.", [isCircle == ToX is not null ? nameof(ToX) : nameof(ToY)]);
        }
        else if (!isCircle && (X, Y) == (ToX, ToY))
        {
            yield return new ValidationResult("An arrow ends where it begins.", [nameof(ToX)]);
        }
    }
}

/// <param name="Version">Of the photo, to be named in the next edit.</param>
public sealed record MarkedInspectionPhoto(Guid Id, int Version, IReadOnlyList<PhotoMarkItem> Marks);

internal static class MarkInspectionPhoto
{
    public static async Task<Results<Ok<MarkedInspectionPhoto>, ProblemHttpResult>> Handle(
        string id, string photoId, MarkInspectionPhotoRequest request, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, Actor actor, PanoramaDbContext db,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        // Of two edits, and of an edit and the end of the run, the second sees what the first made.
        if (!Guid.TryParseExact(id, "D", out var runId) || !Guid.TryParseExact(photoId, "D", out var file)
            || await InspectionRows.LockAsync(db, actor, runId, cancellationToken) is not { } run
            || await db.Photos.FirstOrDefaultAsync(p => p.Id == file && p.InspectionId == runId && p.DeletedAt == null, cancellationToken) is not { } photo)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        if ((Refuse(run, actor) ?? IfMatch.Refuse(ifMatch, photo.Version)) is { } refusal)
        {
            return refusal;
        }

        var before = await db.PhotoMarks.AsNoTracking().Where(m => m.PhotoId == file).OrderBy(m => m.Number).ToListAsync(cancellationToken);
        var after = request.Marks.Select((mark, i) => Make(mark, i + 1, photo, before, actor.UserId, clock.Now())).ToList();
        if (!before.Select(PhotoMarkItem.From).SequenceEqual(after.Select(PhotoMarkItem.From)))
        {
            await SaveAsync(db, run.Id, photo, before, after, clock.Now(), cancellationToken);
        }

        IfMatch.WriteTag(context, photo.Version);
        return TypedResults.Ok(new MarkedInspectionPhoto(photo.Id, photo.Version, after.ConvertAll(PhotoMarkItem.From)));
    }

    /// <summary>Who began it marks while it goes on, the desk until it is reviewed: what a review was made of stays as it was.</summary>
    private static ProblemHttpResult? Refuse(Inspection run, Actor actor) => (actor.IsDesk, run) switch
    {
        (true, { ReviewedAt: not null }) => Problems.Of(Problems.InspectionAlreadyReviewed),
        (false, { Status: not InspectionStatus.InProgress }) => Problems.Of(Problems.InspectionNotInProgress),
        _ => null,
    };

    private static async Task SaveAsync(
        PanoramaDbContext db, Guid run, Photo photo, List<PhotoMark> before, List<PhotoMark> after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // In two steps: a new mark has the number of an old one.
        await db.PhotoMarks.Where(m => m.PhotoId == photo.Id).ExecuteDeleteAsync(cancellationToken);
        db.AddRange(after);
        photo.Version++;
        db.Add(AuditEvent.About(
            AuditActions.InspectionPhotoMarked, "inspection_photo", photo.Id, now, new { inspectionId = run, marksBefore = before.Count, marksAfter = after.Count }));
        await db.SaveChangesAsync(cancellationToken);
    }

    // One that was there before keeps whoever made it.
    private static PhotoMark Make(PhotoMarkBody sent, int number, Photo photo, List<PhotoMark> before, Guid userId, DateTimeOffset now)
    {
        var text = string.IsNullOrWhiteSpace(sent.Text) ? null : sent.Text.Trim();
        var old = before.Find(m => (m.Shape, m.X, m.Y, m.Radius, m.ToX, m.ToY, m.Text) == (sent.Shape, sent.X, sent.Y, sent.Radius, sent.ToX, sent.ToY, text));
        return new PhotoMark
        {
            Id = Guid.CreateVersion7(now),
            TenantId = photo.TenantId,
            PhotoId = photo.Id,
            Number = number,
            Shape = sent.Shape,
            X = sent.X,
            Y = sent.Y,
            Radius = sent.Radius,
            ToX = sent.ToX,
            ToY = sent.ToY,
            Text = text,
            CreatedByUserId = old?.CreatedByUserId ?? userId,
            CreatedAt = old?.CreatedAt ?? now,
        };
    }
}
