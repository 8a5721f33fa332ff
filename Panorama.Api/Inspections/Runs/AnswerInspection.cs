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
public sealed record AnswerInspectionRequest([property: Required, MinLength(1), MaxLength(50)] IReadOnlyList<AnswerBody> Responses);

/// <summary>An answer, which replaces the one before with all it had.</summary>
/// <param name="BooleanValue">Of a yes-or-no.</param>
/// <param name="TextValue">Of a text; at most 2,000 characters.</param>
/// <param name="NumberValue">Of a number.</param>
/// <param name="Note">Of any item; at most 2,000 characters.</param>
public sealed record AnswerBody(
    Guid SnapshotItemId, bool? BooleanValue = null, [property: MaxLength(InspectionResponse.MaxText), Storable(Multiline = true)] string? TextValue = null,
    double? NumberValue = null, [property: MaxLength(InspectionResponse.MaxText), Storable(Multiline = true)] string? Note = null);

/// <param name="Count">Answers that were kept.</param>
public sealed record AnsweredInspection(int Count, IReadOnlyList<KeptAnswer> Responses);

public sealed record KeptAnswer(Guid Id, Guid SnapshotItemId);

internal static class AnswerInspection
{
    // What is the same as before stays: an answer that is sent again is not another answer.
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
          returning r.id, r.snapshot_item_id)
        select k.id, k.snapshot_item_id, true from kept k
        union all
        select r.id, r.snapshot_item_id, false from inspection_responses r join sent s on s.item = r.snapshot_item_id
         where r.tenant_id = $1 and r.inspection_id = $2 and not exists (select from kept k where k.snapshot_item_id = r.snapshot_item_id)
        """;

    public static async Task<Results<Ok<AnsweredInspection>, ProblemHttpResult>> Handle(
        string id, AnswerInspectionRequest request, Actor actor, TenantSession session, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await InspectionReader.LockAsync(db, actor, id, cancellationToken) is not { } run)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (run.Status != InspectionStatus.InProgress)
        {
            return Problems.Of(Problems.InspectionNotInProgress);
        }

        var items = InspectionSnapshot.FromJson(run.TemplateSnapshot).Items.ToDictionary(i => i.Id);
        var answers = request.Responses.GroupBy(r => r.SnapshotItemId).Select(g => g.Last()).ToList();
        if (answers.Select(a => Refuse(items.GetValueOrDefault(a.SnapshotItemId), a)).FirstOrDefault(r => r is not null) is { } refusal)
        {
            return refusal;
        }

        var now = clock.Now();
        var kept = await SaveAsync(session.Connection, run, answers, actor.UserId, now, cancellationToken);
        if (kept.Where(k => k.IsChanged).Select(k => k.Answer.SnapshotItemId).ToList() is { Count: > 0 } changed)
        {
            db.Add(AuditEvent.About(AuditActions.InspectionResponded, "inspection", run.Id, now, new { changedItems = changed, count = changed.Count }));
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(new AnsweredInspection(kept.Count, kept.ConvertAll(k => k.Answer)));
    }

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

    private static Task<List<(KeptAnswer Answer, bool IsChanged)>> SaveAsync(
        NpgsqlConnection connection, Inspection run, List<AnswerBody> answers, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) => connection.QueryAsync(
            Upsert, r => (new KeptAnswer(r.GetGuid(0), r.GetGuid(1)), r.GetBoolean(2)), cancellationToken, Statement.Uuid(run.TenantId), Statement.Uuid(run.Id),
            Statement.Uuids(answers.Select(_ => Guid.CreateVersion7(now))), Statement.Uuids(answers.Select(a => a.SnapshotItemId)),
            Of(answers.Select(a => a.BooleanValue), NpgsqlDbType.Boolean), Of(answers.Select(a => a.TextValue), NpgsqlDbType.Text),
            Of(answers.Select(a => a.NumberValue), NpgsqlDbType.Double), Of(answers.Select(a => a.Note), NpgsqlDbType.Text), Statement.Uuid(userId), Statement.Instant(now));

    private static NpgsqlParameter Of<TValue>(IEnumerable<TValue> values, NpgsqlDbType type) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
