using Npgsql;
using Panorama.Api.Inspections.Runs;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Signatures;

/// <summary>A signature under an inspection; its drawing is at `/api/inspections/{id}/signatures/{signatureId}`.</summary>
/// <param name="TypedName">As whoever signed wrote it.</param>
/// <param name="IsDrawn">There is a drawing besides the name.</param>
/// <param name="Sha256">Of the drawing as a PNG, lower-case hexadecimal; null without one.</param>
/// <param name="ContentHash">SHA-256 of what was signed, lower-case hexadecimal; `?format=text` shows the text.</param>
/// <param name="IsIntact">What is stored now is what was signed. Photos that went at their age or were deleted do not count, nor does the note of the review.</param>
/// <param name="IsNoteChanged">The note of the review says something else since; false for a driver's.</param>
public sealed record SignatureItem(
    Guid Id, SignatureRole Role, Guid SignedByUserId, string SignedByName, string TypedName, bool IsDrawn, string? Sha256, string ContentHash, bool IsIntact, bool IsNoteChanged,
    DateTimeOffset SignedAt);

internal static class SignatureReader
{
    private const string OfRun =
        """
        select s.id, s.role, s.signed_by_user_id, p.display_name, s.typed_name, s.path, s.image, s.sha256, s.content_hash, s.photos, s.note_sha256, s.signed_at, s.tenant_id, s.inspection_id
          from inspection_signatures s join users p on p.id = s.signed_by_user_id where s.inspection_id = $1 order by s.role
        """;

    /// <summary>Answers <see cref="Row"/>; who completed it first.</summary>
    public static NpgsqlBatchCommand Of(Guid run) => Statement.Of(OfRun, Statement.Uuid(run));

    public static (InspectionSignature Signature, string SignedByName) Row(NpgsqlDataReader reader) => (
        new InspectionSignature
        {
            Id = reader.GetGuid(0),
            Role = WireNames.Parse<SignatureRole>(reader.GetString(1)),
            SignedByUserId = reader.GetGuid(2),
            TypedName = reader.GetString(4),
            Path = reader.TextOrNull(5),
            Image = BytesOrNull(reader, 6),
            Sha256 = BytesOrNull(reader, 7),
            ContentHash = reader.GetFieldValue<byte[]>(8),
            Photos = reader.GetString(9),
            NoteSha256 = BytesOrNull(reader, 10),
            SignedAt = reader.GetFieldValue<DateTimeOffset>(11),
            TenantId = reader.GetGuid(12),
            InspectionId = reader.GetGuid(13),
        },
        reader.GetString(3));

    /// <summary>With what the run is now.</summary>
    public static SignatureItem Item(
        (InspectionSignature Signature, string SignedByName) row, InspectionItem run, InspectionSnapshot snapshot, IReadOnlyList<InspectionAnswer> answers, IReadOnlyList<InspectionPhoto> photos)
    {
        var (signature, name) = row;
        var content = new SignedRun(
            run.Id, run.Outcome, run.SummaryNote, snapshot, [.. answers.Select(a => new SignedAnswer(a.SnapshotItemId, a.BooleanValue, a.TextValue, a.NumberValue, a.Note))]);
        List<SignedPhoto> shown = [.. photos.Select(p => new SignedPhoto(p.Id, p.SnapshotItemId, p.Sha256, IsRemoved: false))];
        return new SignatureItem(
            signature.Id, signature.Role, signature.SignedByUserId, name, signature.TypedName, signature.Path is not null,
            signature.Sha256 is { } sha ? Convert.ToHexStringLower(sha) : null, Convert.ToHexStringLower(signature.ContentHash),
            SignedContent.IsIntact(SignedContent.Write(content, signature), signature, shown), SignedContent.IsNoteChanged(signature, run.ReviewNote), signature.SignedAt);
    }

    private static byte[]? BytesOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
}
