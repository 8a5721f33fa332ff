using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Photos;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <summary>An inspection beside the one before it.</summary>
/// <param name="Previous">The newest completed one of the asset with the same checklist that was begun earlier and that the caller may see; null for none.</param>
/// <param name="Items">One for each item of this inspection, in its order.</param>
public sealed record InspectionComparison(Guid InspectionId, PreviousInspection? Previous, IReadOnlyList<ComparedItem> Items);

/// <summary>The inspection before.</summary>
public sealed record PreviousInspection(Guid Id, DateTimeOffset StartedAt, DateTimeOffset CompletedAt, Guid StartedByUserId, string StartedByName, InspectionOutcome Outcome);

/// <summary>One item, now and then.</summary>
/// <param name="Previous">The same item then: by its id or, where the checklist was edited between, by its label and kind. Null where it was not asked.</param>
/// <param name="Difference">By how much the number is larger than then; null where one of the two is missing.</param>
/// <param name="IsChanged">It was asked both times and answered otherwise, or only once; for a photo whether there is one.</param>
public sealed record ComparedItem(Guid SnapshotItemId, PreviousAnswer? Previous, double? Difference, bool IsChanged);

/// <summary>What was answered and shown then.</summary>
/// <param name="SnapshotItemId">Of the item of the inspection before.</param>
/// <param name="IsFailed">It was answered with no.</param>
/// <param name="Photos">Those that are still there, oldest first; the pictures are at `/api/inspections/{id}/photos/{photoId}` of the inspection before.</param>
public sealed record PreviousAnswer(
    Guid SnapshotItemId, bool? BooleanValue, string? TextValue, double? NumberValue, string? Note, bool IsFailed, IReadOnlyList<PreviousPhoto> Photos);

/// <summary>A photo of the inspection before.</summary>
/// <param name="Marks">Drawn over the picture where it is shown, in the order of their numbers.</param>
public sealed record PreviousPhoto(Guid Id, int Width, int Height, DateTimeOffset? CapturedAt, DateTimeOffset UploadedAt, IReadOnlyList<PhotoMarkItem> Marks);

internal static class CompareInspection
{
    // Both in one statement: the earlier one by the index of the asset's newest, down from where this one stands.
    private const string Pair =
        """
        select r.template_snapshot::text, p.id, p.started_at, p.completed_at, p.started_by_user_id, u.display_name, p.outcome, p.template_snapshot::text
          from inspections r
          left join lateral (
               select b.id, b.started_at, b.completed_at, b.started_by_user_id, b.outcome, b.template_snapshot
                 from inspections b
                where b.asset_id = r.asset_id and b.template_id = r.template_id and b.status = 'COMPLETED' and (b.started_at, b.id) < (r.started_at, r.id)
                  and ($2 or b.started_by_user_id = $3)
                order by b.started_at desc, b.id desc
                limit 1) p on true
          left join users u on u.id = p.started_by_user_id
         where r.id = $1 and ($2 or r.started_by_user_id = $3)
        """;

    private const string Answers =
        "select inspection_id, snapshot_item_id, id, boolean_value, text_value, number_value, note from inspection_responses where inspection_id = any($1)";

    private const string Photos =
        """
        select response_id, id, width, height, captured_at, created_at
          from photos
         where inspection_id = any($1) and response_id is not null and deleted_at is null
         order by created_at, id
        """;

    public static async Task<Results<Ok<InspectionComparison>, ProblemHttpResult>> Handle(
        string id, Actor actor, TenantSession session, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId)
            || await ReadPairAsync(session.Connection, runId, actor, cancellationToken) is not { } pair)
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        if (pair.Previous is not { } previous)
        {
            return TypedResults.Ok(new InspectionComparison(runId, null, [.. pair.Now.Items.Select(i => new ComparedItem(i.Id, null, null, false))]));
        }

        Guid[] both = [runId, previous.Id];
        await using var batch = new NpgsqlBatch
        {
            BatchCommands =
            {
                Statement.Of(Answers, Statement.Uuids(both)), Statement.Of(Photos, Statement.Uuids(both)), Statement.Of(PhotoMarks.OfInspection, Statement.Uuid(previous.Id)),
            },
        };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var answers = (await reader.ReadAllAsync(Answer.Read, cancellationToken)).ToLookup(a => a.InspectionId);
        var photos = (await reader.ReadAllAsync(
            r => (Response: r.GetGuid(0), Photo: new PreviousPhoto(
                r.GetGuid(1), r.GetInt32(2), r.GetInt32(3), r.ValueOrNull<DateTimeOffset>(4), r.GetFieldValue<DateTimeOffset>(5), [])),
            cancellationToken)).ToLookup(p => p.Response, p => p.Photo);
        var marks = PhotoMarks.ByPhoto(await reader.ReadAllAsync(PhotoMarks.Read, cancellationToken));
        var (now, then) = (answers[runId].ToDictionary(a => a.Item), answers[previous.Id].ToDictionary(a => a.Item));
        var items = SnapshotItems.Pair(pair.Now, pair.Before!);
        return TypedResults.Ok(new InspectionComparison(runId, previous, [.. pair.Now.Items.Select(Compare)]));

        ComparedItem Compare(SnapshotItem item)
        {
            if (!items.TryGetValue(item.Id, out var before))
            {
                return new ComparedItem(item.Id, null, null, false);
            }

            var (given, said) = (now.GetValueOrDefault(item.Id), then.GetValueOrDefault(before.Id));
            IReadOnlyList<PreviousPhoto> seen = said is null ? [] : [.. photos[said.Id].Select(p => p with { Marks = [.. marks[p.Id]] })];
            var isChanged = item.ItemType == InspectionItemType.Photo
                ? (given is not null && photos[given.Id].Any()) != seen.Count > 0
                : (given?.Yes, given?.Text ?? "", given?.Number) != (said?.Yes, said?.Text ?? "", said?.Number);
            return new ComparedItem(
                item.Id, new PreviousAnswer(before.Id, said?.Yes, said?.Text, said?.Number, said?.Note, said?.Yes == false, seen), Difference(given?.Number, said?.Number), isChanged);
        }
    }

    private static async Task<(InspectionSnapshot Now, PreviousInspection? Previous, InspectionSnapshot? Before)?> ReadPairAsync(
        NpgsqlConnection connection, Guid run, Actor actor, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Pair,
            r => (
                InspectionSnapshot.FromJson(r.GetString(0)),
                r.IsDBNull(1) ? null : new PreviousInspection(
                    r.GetGuid(1), r.GetFieldValue<DateTimeOffset>(2), r.GetFieldValue<DateTimeOffset>(3), r.GetGuid(4), r.GetString(5), WireNames.Parse<InspectionOutcome>(r.GetString(6))),
                r.IsDBNull(7) ? null : InspectionSnapshot.FromJson(r.GetString(7))),
            cancellationToken, Statement.Uuid(run), Statement.Flag(actor.IsDesk), Statement.Uuid(actor.UserId));
        return rows.Count == 0 ? null : rows[0];
    }

    // In decimals as far as they reach: 0.3 is 0.1 more than 0.2.
    private static double? Difference(double? now, double? then) => (now, then) is ({ } n, { } t)
        ? Math.Max(Math.Abs(n), Math.Abs(t)) < 1e15 ? (double)((decimal)n - (decimal)t) : double.IsFinite(n - t) ? n - t : null
        : null;

    private sealed record Answer(Guid InspectionId, Guid Item, Guid Id, bool? Yes, string? Text, double? Number, string? Note)
    {
        public static Answer Read(NpgsqlDataReader reader) => new(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.ValueOrNull<bool>(3), reader.TextOrNull(4), reader.ValueOrNull<double>(5), reader.TextOrNull(6));
    }
}
