using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Api.Inspections.Signatures;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Outcome">No better than what was found: a failed item that is out of service is `FAIL`, a major one at best `NEEDS_MAINTENANCE`.</param>
/// <param name="SummaryNote">At most 500 characters.</param>
/// <param name="AcknowledgedDefects">Ids of the open defects of the asset that the person was shown, at most 100.</param>
/// <param name="Signature">Of whoever completes it; some organisations need it.</param>
public sealed record CompleteInspectionRequest(
    InspectionOutcome Outcome, [property: MaxLength(Inspection.MaxSummaryNote), Storable(Multiline = true)] string? SummaryNote = null,
    [property: MaxLength(DefectReader.MostShown)] IReadOnlyList<Guid>? AcknowledgedDefects = null, SignatureBody? Signature = null);

/// <param name="Reason">At most 500 characters.</param>
public sealed record CancelInspectionRequest([property: MaxLength(Inspection.MaxCancelReason), Storable(Multiline = true)] string? Reason = null);

/// <param name="Reason">`answer` or `photo`: what it lacks.</param>
internal sealed record MissingItem(Guid SnapshotItemId, string Label, string Reason);

internal static class EndInspection
{
    private const int NamedInText = 5;

    private const string Answers =
        """
        select r.snapshot_item_id, r.boolean_value, r.note, num_nonnulls(r.boolean_value, r.text_value, r.number_value) > 0,
               exists (select from photos p where p.tenant_id = r.tenant_id and p.inspection_id = r.inspection_id and p.response_id = r.id and p.deleted_at is null)
          from inspection_responses r where r.inspection_id = $1
        """;

    private const string About =
        """
        select u.display_name, (select count(*)::int from photos where inspection_id = $1 and deleted_at is null),
               (select inspection_config::text from tenants where id = (select panorama_current_tenant()))
          from users u where u.id = (select panorama_current_actor())
        """;

    private const string Complete =
        """
        update inspections set status = 'COMPLETED', outcome = $2, summary_note = $3, completed_at = $4, completed_by_user_id = $5, acknowledged_defects = $6 where id = $1
        """;

    private const string Cancel = "update inspections set status = 'CANCELLED', cancelled_at = $2, cancelled_by_user_id = $3, cancel_reason = $4 where id = $1";

    public static async Task<Results<Ok<InspectionItem>, ProblemHttpResult>> CompleteAsync(
        string id, CompleteInspectionRequest request, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var known = request.AcknowledgedDefects?.Distinct().ToArray() ?? [];
        if (!Guid.TryParseExact(id, "D", out var runId) || await HoldAsync(session, runId, known, cancellationToken) is not { Run: { } run } held || !run.Item.IsVisibleTo(actor))
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Item.Status != InspectionStatus.InProgress)
        {
            return Problems.Of(Problems.InspectionNotInProgress);
        }

        var (answered, shown) = (held.Answers.Where(a => a.HasValue).Select(a => a.ItemId).ToHashSet(), held.Answers.Where(a => a.HasPhoto).Select(a => a.ItemId).ToHashSet());
        var snapshot = InspectionSnapshot.FromJson(run.Snapshot);
        var missing = snapshot.Items.SelectMany(item => Missing(item, answered, shown)).ToList();
        if (missing.Count > 0)
        {
            return Problems.About(Problems.RequiredItemsMissing, string.Join('|', missing.Take(NamedInText).Select(Named)), Problems.Args(("missing", missing)));
        }

        var found = FoundDefects.Of(snapshot, held.Answers.ToDictionary(a => a.ItemId, a => (a.BooleanValue, a.Note)));
        if (ReportDefects.Refuse(request.Outcome, found) is { } refusal)
        {
            return refusal;
        }

        if (Signing.Refuse(request.Signature, held.Policy.RequireSignature) is { } unsigned)
        {
            return unsigned;
        }

        if (held.KnownDefects < known.Length)
        {
            return Problems.Members(("acknowledgedDefects", FieldError.NotFound));
        }

        var now = clock.Now();
        var completed = run.Item with
        {
            Status = InspectionStatus.Completed,
            Outcome = request.Outcome,
            SummaryNote = string.IsNullOrWhiteSpace(request.SummaryNote) ? null : request.SummaryNote,
            CompletedAt = now,
            CompletedByUserId = actor.UserId,
            CompletedByName = held.ActorName,
        };
        var signature = await Signing.KeepAsync(
            session.Connection, new Signable(runId, completed.TenantId, completed.Outcome, completed.SummaryNote, null, snapshot), SignatureRole.Driver, request.Signature, actor, now,
            cancellationToken);
        await session.Connection.ExecuteAsync(
            cancellationToken,
            [
                Statement.Of(
                    Complete, Statement.Uuid(runId), Statement.Text(WireNames.Of(request.Outcome)), Statement.Text(completed.SummaryNote), Statement.Instant(now),
                    Statement.Uuid(actor.UserId), Statement.Uuids(known)),
                AuditEvent.About(AuditActions.InspectionCompleted, "inspection", runId, now, new
                {
                    outcome = WireNames.Of(request.Outcome),
                    responseCount = held.Answers.Count,
                    photoCount = held.PhotoCount,
                    summaryNotePresent = completed.SummaryNote is not null,
                    reservationId = (Guid?)null,
                    signature,
                }).ToInsert(),
                Outbox.Insert(OutboxMessage.Of(
                    new InspectionCompleted(runId, completed.AssetId, null, completed.StartedByUserId, request.Outcome, held.PhotoCount, held.Answers.Count),
                    completed.TenantId, actor.UserId, now)),
                .. ReportDefects.Acknowledge(runId, known, now),
            ]);
        await ReportDefects.KeepAsync(session.Connection, completed, found, now, cancellationToken);
        return TypedResults.Ok(completed);
    }

    /// <summary>One that was given up already is answered as it is.</summary>
    public static async Task<Results<Ok<InspectionItem>, ProblemHttpResult>> CancelAsync(
        string id, CancelInspectionRequest request, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId) || await InspectionReader.HoldAsync(session.Connection, runId, cancellationToken) is not { } run || !run.Item.IsVisibleTo(actor))
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Item.Status == InspectionStatus.Completed)
        {
            return Problems.Of(Problems.InspectionAlreadyCompleted);
        }

        if (run.Item.Status == InspectionStatus.Cancelled)
        {
            return TypedResults.Ok(run.Item);
        }

        var now = clock.Now();
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason;
        await session.Connection.ExecuteAsync(
            cancellationToken, Statement.Of(Cancel, Statement.Uuid(runId), Statement.Instant(now), Statement.Uuid(actor.UserId), Statement.Text(reason)),
            AuditEvent.About(AuditActions.InspectionCancelled, "inspection", runId, now, new { reason }).ToInsert());
        return TypedResults.Ok(run.Item with { Status = InspectionStatus.Cancelled, CancelledAt = now, CancelReason = reason });
    }

    private static async Task<Held> HoldAsync(TenantSession session, Guid id, Guid[] known, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch
        {
            BatchCommands = { InspectionReader.Hold(id), Statement.Of(Answers, Statement.Uuid(id)), Statement.Of(About, Statement.Uuid(id)) },
        };
        if (known.Length > 0)
        {
            batch.BatchCommands.Add(ReportDefects.Count(id, known));
        }

        await using var reader = await session.ReadAsync(batch, cancellationToken);
        var runs = await reader.ReadAllAsync(InspectionReader.Held, cancellationToken);
        var answers = await reader.ReadAllAsync(r => new HeldAnswer(r.GetGuid(0), r.ValueOrNull<bool>(1), r.TextOrNull(2), r.GetBoolean(3), r.GetBoolean(4)), cancellationToken);
        var (name, photos, policy) = (await reader.ReadAllAsync(r => (r.GetString(0), r.GetInt32(1), InspectionPolicy.Read(r.TextOrNull(2))), cancellationToken)).Single();
        return new Held(runs.SingleOrDefault(), answers, name, photos, policy, known.Length == 0 ? 0 : (await reader.ReadAllAsync(r => r.GetInt32(0), cancellationToken)).Single());
    }

    private static IEnumerable<MissingItem> Missing(SnapshotItem item, HashSet<Guid> answered, HashSet<Guid> shown)
    {
        if (item.NeedsAnswer && !answered.Contains(item.Id))
        {
            yield return new MissingItem(item.Id, item.Label, "answer");
        }

        if (item.NeedsPhoto && !shown.Contains(item.Id))
        {
            yield return new MissingItem(item.Id, item.Label, "photo");
        }
    }

    private static string Named(MissingItem item) => item.Reason == "photo" ? $"{item.Label} (photo required)" : item.Label;

    /// <param name="KnownDefects">How many of those that the person was shown are the asset's.</param>
    private sealed record Held(HeldInspection? Run, IReadOnlyList<HeldAnswer> Answers, string ActorName, int PhotoCount, InspectionPolicy Policy, int KnownDefects);

    /// <param name="HasValue">A photo alone makes an answer without one.</param>
    private sealed record HeldAnswer(Guid ItemId, bool? BooleanValue, string? Note, bool HasValue, bool HasPhoto);
}
