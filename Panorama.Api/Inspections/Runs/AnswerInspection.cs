using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Responses">1 to 50; of two for one item the last counts.</param>
public sealed record AnswerInspectionRequest([property: Required, MinLength(1), MaxLength(50)] IReadOnlyList<AnswerBody> Responses) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Responses.Any(r => r is null))
        {
            yield return new ValidationResult(FieldError.WrongForm.Text, [nameof(Responses)]);
        }
    }
}

/// <summary>An answer, which replaces the one before with all it had.</summary>
/// <param name="BooleanValue">Of a yes-or-no.</param>
/// <param name="TextValue">Of a text; at most 2,000 characters.</param>
/// <param name="NumberValue">Of a number, and one that a double has: 1e999 is none.</param>
/// <param name="Note">Of any item; at most 2,000 characters.</param>
public sealed record AnswerBody(
    Guid SnapshotItemId, bool? BooleanValue = null, [property: MaxLength(InspectionResponse.MaxText), Storable(Multiline = true)] string? TextValue = null,
    [property: Finite] double? NumberValue = null, [property: MaxLength(InspectionResponse.MaxText), Storable(Multiline = true)] string? Note = null);

/// <param name="Count">Answers that were kept.</param>
public sealed record AnsweredInspection(int Count, IReadOnlyList<KeptAnswer> Responses);

public sealed record KeptAnswer(Guid Id, Guid SnapshotItemId);

internal static class AnswerInspection
{
    private const string Lock = "select tenant_id, started_by_user_id, status, template_snapshot::text from inspections where id = $1 for no key update";

    // What is the same as before stays: an answer that is sent again is not another answer, and the audit says only what changed.
    private const string Upsert =
        """
        with sent as (
          select * from unnest($3::uuid[], $4::uuid[], $5::boolean[], $6::text[], $7::float8[], $8::text[]) as s(id, item, yes, words, number, note)),
        kept as (
          insert into inspection_responses as r (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, text_value, number_value, note, responded_by_user_id, responded_at)
          select s.id, $1, $2, s.item, s.yes, s.words, s.number, s.note, $9, $10 from sent s
          on conflict (tenant_id, inspection_id, snapshot_item_id) do update
             set boolean_value = excluded.boolean_value, text_value = excluded.text_value, number_value = excluded.number_value, note = excluded.note,
                 responded_by_user_id = excluded.responded_by_user_id, responded_at = excluded.responded_at
           where (r.boolean_value, r.text_value, r.number_value, r.note) is distinct from (excluded.boolean_value, excluded.text_value, excluded.number_value, excluded.note)
          returning r.id, r.snapshot_item_id),
        line as (
          insert into audit_events (id, action, resource_type, resource_id, metadata)
          select $11, $12, 'inspection', $2::text, jsonb_build_object('changedItems', jsonb_agg(k.snapshot_item_id), 'count', count(*)) from kept k having count(*) > 0)
        select k.id, k.snapshot_item_id from kept k
        union all
        select r.id, r.snapshot_item_id from inspection_responses r join sent s on s.item = r.snapshot_item_id
         where r.tenant_id = $1 and r.inspection_id = $2 and not exists (select from kept k where k.snapshot_item_id = r.snapshot_item_id)
        """;

    public static async Task<Results<Ok<AnsweredInspection>, ProblemHttpResult>> Handle(
        string id, AnswerInspectionRequest request, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId)
            || (await session.Connection.QueryAsync(Lock, Run, cancellationToken, Statement.Uuid(runId))).SingleOrDefault() is not { } run
            || !(actor.IsDesk || run.StartedByUserId == actor.UserId))
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Status != InspectionStatus.InProgress)
        {
            return Problems.Of(Problems.InspectionNotInProgress);
        }

        var items = InspectionSnapshot.FromJson(run.Snapshot).Items.ToDictionary(i => i.Id);
        var answers = request.Responses.GroupBy(r => r.SnapshotItemId).Select(g => g.Last()).ToList();
        if (answers.Select(a => Refuse(items.GetValueOrDefault(a.SnapshotItemId), a)).FirstOrDefault(r => r is not null) is { } refusal)
        {
            return refusal;
        }

        var kept = await SaveAsync(session.Connection, run.TenantId, runId, answers, actor.UserId, clock.Now(), cancellationToken);
        return TypedResults.Ok(new AnsweredInspection(kept.Count, kept));
    }

    private static LockedRun Run(NpgsqlDataReader reader) =>
        new(reader.GetGuid(0), reader.GetGuid(1), WireNames.Parse<InspectionStatus>(reader.GetString(2)), reader.GetString(3));

    private static ProblemHttpResult? Refuse(SnapshotItem? item, AnswerBody answer)
    {
        var values = new object?[] { answer.BooleanValue, answer.TextValue, answer.NumberValue }.Count(v => v is not null);
        return item switch
        {
            null => Of(Problems.ItemNotInSnapshot),
            _ when values > 1 => Of(Problems.ResponseMultiple),
            { ItemType: InspectionItemType.Boolean } when answer.BooleanValue is null => Of(Problems.ResponseMissingBoolean),
            { ItemType: InspectionItemType.Number } when answer.NumberValue is null => Of(Problems.ResponseMissingNumber),
            { ItemType: InspectionItemType.Number } when answer.NumberValue < item.MinValue => Of(Problems.ResponseBelowMin, ("min", item.MinValue)),
            { ItemType: InspectionItemType.Number } when answer.NumberValue > item.MaxValue => Of(Problems.ResponseAboveMax, ("max", item.MaxValue)),
            { ItemType: InspectionItemType.Text, Required: true } when string.IsNullOrWhiteSpace(answer.TextValue) => Of(Problems.ResponseMissingText),
            _ => null,
        };

        ProblemHttpResult Of(ProblemKind kind, params (string, object?)[] args) =>
            Problems.About(kind, answer.SnapshotItemId.ToString(), Problems.Args([("snapshotItemId", answer.SnapshotItemId), .. args]));
    }

    private static Task<List<KeptAnswer>> SaveAsync(
        NpgsqlConnection connection, Guid tenantId, Guid runId, List<AnswerBody> answers, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) => connection.QueryAsync(
            Upsert, r => new KeptAnswer(r.GetGuid(0), r.GetGuid(1)), cancellationToken, Statement.Uuid(tenantId), Statement.Uuid(runId),
            Statement.Uuids(answers.Select(_ => Guid.CreateVersion7(now))), Statement.Uuids(answers.Select(a => a.SnapshotItemId)),
            Of(answers.Select(a => a.BooleanValue), NpgsqlDbType.Boolean), Of(answers.Select(a => a.TextValue), NpgsqlDbType.Text),
            Of(answers.Select(a => a.NumberValue), NpgsqlDbType.Double), Of(answers.Select(a => a.Note), NpgsqlDbType.Text), Statement.Uuid(userId), Statement.Instant(now),
            Statement.Uuid(Guid.CreateVersion7(now)), Statement.Text(AuditActions.InspectionResponded));

    private static NpgsqlParameter Of<TValue>(IEnumerable<TValue> values, NpgsqlDbType type) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    private sealed record LockedRun(Guid TenantId, Guid StartedByUserId, InspectionStatus Status, string Snapshot);
}
