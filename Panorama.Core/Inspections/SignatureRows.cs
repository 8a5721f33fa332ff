using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Core.Inspections;

/// <summary>What is signed, as it is about to be stored.</summary>
public sealed record Signable(Guid Id, Guid TenantId, InspectionOutcome? Outcome, string? SummaryNote, string? ReviewNote, InspectionSnapshot Snapshot);

/// <summary>Who signs.</summary>
/// <param name="Path">Null where the name was only typed.</param>
public sealed record Signer(SignatureRole Role, Guid UserId, string TypedName, SignaturePath? Path);

/// <summary>Keeps signatures under inspections.</summary>
public static class SignatureRows
{
    private const string Answers = "select snapshot_item_id, boolean_value, text_value, number_value, note from inspection_responses where inspection_id = $1";

    private const string Photos =
        """
        select p.id, r.snapshot_item_id, p.sha256, p.deleted_at is not null
          from photos p left join inspection_responses r on r.tenant_id = p.tenant_id and r.id = p.response_id where p.inspection_id = $1
        """;

    private const string Insert =
        """
        insert into inspection_signatures (id, tenant_id, inspection_id, role, signed_by_user_id, typed_name, path, image, sha256, content_hash, photos, note_sha256, signed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    /// <summary>In the caller's transaction, which holds the run.</summary>
    public static async Task<InspectionSignature> KeepAsync(NpgsqlConnection connection, Signable run, Signer signer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(signer);
        var image = signer.Path is null ? null : SignaturePicture.Draw(signer.Path);
        var photos = await connection.QueryAsync(
            Photos, r => new SignedPhoto(r.GetGuid(0), r.ValueOrNull<Guid>(1), Convert.ToHexStringLower(r.GetFieldValue<byte[]>(2)), r.GetBoolean(3)), cancellationToken, Statement.Uuid(run.Id));
        var signature = new InspectionSignature
        {
            Id = Guid.CreateVersion7(now),
            TenantId = run.TenantId,
            InspectionId = run.Id,
            Role = signer.Role,
            SignedByUserId = signer.UserId,
            TypedName = signer.TypedName,
            Path = signer.Path?.ToString(),
            Image = image,
            Sha256 = image is null ? null : SHA256.HashData(image),
            ContentHash = [],
            Photos = SignedContent.PhotoLines(run.Snapshot, photos),
            NoteSha256 = signer.Role == SignatureRole.Reviewer ? SignedContent.NoteHash(run.ReviewNote) : null,
            SignedAt = now,
        };
        var content = new SignedRun(run.Id, run.Outcome, run.SummaryNote, run.Snapshot, await ReadAnswersAsync(connection, run.Id, cancellationToken));
        var hash = SignedContent.Hash(SignedContent.Write(content, signature));
        await connection.ExecuteAsync(
            Insert, cancellationToken, Statement.Uuid(signature.Id), Statement.Uuid(run.TenantId), Statement.Uuid(run.Id), Statement.Text(WireNames.Of(signature.Role)),
            Statement.Uuid(signature.SignedByUserId), Statement.Text(signature.TypedName), Statement.Text(signature.Path), Statement.Bytes(signature.Image), Statement.Bytes(signature.Sha256),
            Statement.Bytes(hash), Statement.Text(signature.Photos), Statement.Bytes(signature.NoteSha256), Statement.Instant(now));
        signature.ContentHash = hash;
        return signature;
    }

    public static async Task<IReadOnlyList<SignedAnswer>> ReadAnswersAsync(NpgsqlConnection connection, Guid run, CancellationToken cancellationToken) => await connection.QueryAsync(
        Answers, r => new SignedAnswer(r.GetGuid(0), r.ValueOrNull<bool>(1), r.TextOrNull(2), r.ValueOrNull<double>(3), r.TextOrNull(4)), cancellationToken, Statement.Uuid(run));
}
