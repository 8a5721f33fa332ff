using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Api.Inspections.Signatures;
using Panorama.Api.Tenancy;
using Panorama.Core.Inspections;
using Panorama.Core.Photos;
using Panorama.Core.Sql;

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

    /// <summary>Of who completed it and of who reviewed it, as far as they signed.</summary>
    public required IReadOnlyList<SignatureItem> Signatures { get; init; }

    /// <summary>Whoever completes it has to sign; false once it has ended.</summary>
    public required bool IsSignatureRequired { get; init; }

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
/// <param name="Version">To be named in an edit of its marks.</param>
/// <param name="Marks">Drawn over the picture where it is shown, in the order of their numbers.</param>
public sealed record InspectionPhoto(
    Guid Id, Guid? ResponseId, Guid? SnapshotItemId, int Width, int Height, int SizeBytes, string Sha256, DateTimeOffset? CapturedAt, DateTimeOffset UploadedAt,
    Guid UploadedByUserId, int Version, IReadOnlyList<PhotoMarkItem> Marks);

internal static class GetInspection
{
    private const string Run =
        $"""
        select {InspectionReader.Columns}, i.template_snapshot::text, i.acknowledged_defects, t.content_version,
               (select inspection_config::text from tenants where id = i.tenant_id)
          from inspections i {InspectionReader.Joins} join inspection_templates t on t.tenant_id = i.tenant_id and t.id = i.template_id where i.id = $1
        """;

    private const string Answers =
        """
        select id, snapshot_item_id, boolean_value, text_value, number_value, note, updated_at, responded_by_user_id
          from inspection_responses where inspection_id = $1 order by created_at, id
        """;

    private const string Photos =
        """
        select p.id, p.response_id, r.snapshot_item_id, p.width, p.height, p.size_bytes, p.sha256, p.captured_at, p.created_at, p.uploaded_by_user_id, p.version
          from photos p left join inspection_responses r on r.tenant_id = p.tenant_id and r.id = p.response_id
         where p.inspection_id = $1 and p.deleted_at is null order by p.created_at, p.id
        """;

    private const string Asset = "(select asset_id from inspections where id = $1)";

    public static async Task<Results<Ok<InspectionDetail>, ProblemHttpResult>> Handle(string id, TenantSession session, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var runId))
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        await using var batch = new NpgsqlBatch
        {
            BatchCommands =
            {
                Statement.Of(Run, Statement.Uuid(runId)), Statement.Of(Answers, Statement.Uuid(runId)), Statement.Of(Photos, Statement.Uuid(runId)),
                Statement.Of(PhotoMarks.OfInspection, Statement.Uuid(runId)), DefectReader.Open(Asset, runId), SignatureReader.Of(runId),
            },
        };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || InspectionReader.Item(reader) is not { } run || !run.IsVisibleTo(session.Actor!))
        {
            return Problems.Of(Problems.InspectionNotFound);
        }

        var snapshot = InspectionSnapshot.FromJson(reader.GetString(InspectionReader.ColumnCount));
        var (acknowledged, version) = (reader.GetFieldValue<Guid[]>(InspectionReader.ColumnCount + 1), reader.GetInt32(InspectionReader.ColumnCount + 2));
        var policy = InspectionPolicy.Read(reader.TextOrNull(InspectionReader.ColumnCount + 3));
        await reader.NextResultAsync(cancellationToken);
        var answers = await reader.ReadAllAsync(Answer, cancellationToken);
        var photos = await reader.ReadAllAsync(Photo, cancellationToken);
        var marks = PhotoMarks.ByPhoto(await reader.ReadAllAsync(PhotoMarks.Read, cancellationToken));
        return TypedResults.Ok(new InspectionDetail(run, snapshot, version > snapshot.ContentVersion, answers, photos.ConvertAll(p => p with { Marks = [.. marks[p.Id]] }))
        {
            OpenDefects = await reader.ReadAllAsync(DefectReader.Item, cancellationToken),
            AcknowledgedDefects = acknowledged,
            Signatures = (await reader.ReadAllAsync(SignatureReader.Row, cancellationToken)).ConvertAll(s => SignatureReader.Item(s, run, snapshot, answers, photos)),
            IsSignatureRequired = run.Status == InspectionStatus.InProgress && policy.RequireSignature,
        });
    }

    private static InspectionAnswer Answer(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.ValueOrNull<bool>(2), reader.TextOrNull(3), reader.ValueOrNull<double>(4), reader.TextOrNull(5),
        reader.GetFieldValue<DateTimeOffset>(6), reader.GetGuid(7));

    private static InspectionPhoto Photo(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.ValueOrNull<Guid>(1), reader.ValueOrNull<Guid>(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5),
        Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(6)), reader.ValueOrNull<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8), reader.GetGuid(9),
        reader.GetInt32(10), []);
}
