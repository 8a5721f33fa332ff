using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Custody;

/// <param name="TypedName">The name as a signature; the holder's own when absent.</param>
public sealed record AcceptAssignmentRequest([property: MaxLength(200), Storable] string? TypedName = null);

/// <param name="Reason">Why, for who lent it.</param>
public sealed record DeclineAssignmentRequest([property: MinLength(1), MaxLength(500), Storable(Multiline = true)] string Reason);

/// <param name="Note">Where it can be collected, for example.</param>
public sealed record RequestCheckinRequest([property: MaxLength(500), Storable(Multiline = true)] string? Note = null);

/// <summary>What a holder says about what they hold.</summary>
internal static class AnswerAssignment
{
    public static Task<Results<Ok<AssignmentResponse>, ProblemHttpResult>> Accept(
        string id, AcceptAssignmentRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        RunAsync(id, actor, db, clock.Now(), isForOthers: true, async (custody, now) =>
        {
            if (Refuse(custody) is { } refusal)
            {
                return refusal;
            }

            custody.AcceptedAt = now;
            custody.AcceptedByUserId = actor.UserId;
            custody.AcceptedName = string.IsNullOrWhiteSpace(request.TypedName)
                ? await db.Users.Where(u => u.Id == custody.TargetUserId).Select(u => u.DisplayName).FirstAsync(cancellationToken)
                : request.TypedName.Trim();
            db.Add(Event(AuditActions.AssetAccepted, custody, now, null));
            return null;
        }, cancellationToken);

    public static Task<Results<Ok<AssignmentResponse>, ProblemHttpResult>> Decline(
        string id, DeclineAssignmentRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        RunAsync(id, actor, db, clock.Now(), isForOthers: false, (custody, now) =>
        {
            if (Refuse(custody) is { } refusal)
            {
                return Task.FromResult<ProblemHttpResult?>(refusal);
            }

            custody.DeclinedAt = now;
            custody.DeclineReason = request.Reason.Trim();
            db.Add(Event(AuditActions.AssetDeclined, custody, now, custody.DeclineReason));
            db.Add(OutboxMessage.Of(new CustodyDeclined(custody.AssetId, custody.Id, custody.TargetUserId), custody.TenantId, actor.UserId, now));
            return Task.FromResult<ProblemHttpResult?>(null);
        }, cancellationToken);

    public static async Task<Results<Accepted<AssignmentResponse>, ProblemHttpResult>> RequestCheckin(
        string id, RequestCheckinRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var result = await RunAsync(id, actor, db, clock.Now(), isForOthers: false, (custody, now) =>
        {
            var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
            if (custody.CheckinRequestedAt is not null && (note is null || note == custody.CheckinRequestNote))
            {
                return Task.FromResult<ProblemHttpResult?>(null); // it stands; only another word is news
            }

            custody.CheckinRequestedAt = now;
            custody.CheckinRequestNote = note;
            db.Add(Event(AuditActions.AssetCheckinRequested, custody, now, custody.CheckinRequestNote));
            db.Add(OutboxMessage.Of(new CheckinRequested(custody.AssetId, custody.Id, custody.TargetUserId), custody.TenantId, actor.UserId, now));
            return Task.FromResult<ProblemHttpResult?>(null);
        }, cancellationToken);
        return result.Result is Ok<AssignmentResponse> ok ? TypedResults.Accepted($"/api/assignments/{id}", ok.Value) : (ProblemHttpResult)result.Result;
    }

    private static ProblemHttpResult? Refuse(AssetAssignment custody) =>
        custody.AcceptedAt is not null ? Problems.Of(Problems.AlreadyAccepted)
        : custody.DeclinedAt is not null ? Problems.Of(Problems.AlreadyDeclined)
        : null;

    private static AuditEvent Event(string action, AssetAssignment custody, DateTimeOffset now, string? reason) => AuditEvent.About(
        action, "asset", custody.AssetId, now,
        new
        {
            assignmentId = custody.Id,
            targetType = WireNames.Of(custody.TargetType),
            targetId = custody.TargetId(),
            expectedCheckinAt = custody.ExpectedCheckinAt,
            reason,
        });

    private static async Task<Results<Ok<AssignmentResponse>, ProblemHttpResult>> RunAsync(
        string id, Actor actor, PanoramaDbContext db, DateTimeOffset now, bool isForOthers,
        Func<AssetAssignment, DateTimeOffset, Task<ProblemHttpResult?>> answer, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var custodyId)
            || (await db.AssetAssignments.FromSql($"select * from asset_assignments where id = {custodyId} for no key update").AsTracking()
                .ToListAsync(cancellationToken)).SingleOrDefault() is not { } custody)
        {
            return Problems.Of(Problems.AssignmentNotFound);
        }

        var isOwn = custody.TargetUserId == actor.UserId;
        if (!isOwn && !(isForOthers && actor.IsDesk() && await db.Users.AnyAsync(u => u.Id == custody.TargetUserId && u.Email == null, cancellationToken)))
        {
            return Problems.Of(Problems.Forbidden);
        }

        if (custody.CheckedInAt is not null)
        {
            return Problems.Of(Problems.NotInCustody);
        }

        if (await answer(custody, now) is { } refusal)
        {
            return refusal;
        }

        custody.UpdatedAt = now;
        custody.Version++;
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(await AssignmentReader.ReadAsync(db, actor, custodyId, now, cancellationToken));
    }
}
