using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Signatures;

/// <summary>The signature of whoever sends it.</summary>
/// <param name="TypedName">At most 200 characters.</param>
/// <param name="Path">What was drawn, as the `d` of an SVG path in a box of 600 × 200: `M` and `L` with whole numbers alone. Null where the name was only typed.</param>
public sealed record SignatureBody(
    [property: Required, MaxLength(InspectionSignature.MaxTypedName), Storable] string TypedName, [property: MaxLength(SignaturePath.MaxLength)] string? Path = null);

/// <summary>What is signed, as it is about to be stored.</summary>
internal sealed record Signable(Guid Id, Guid TenantId, InspectionOutcome? Outcome, string? SummaryNote, string? ReviewNote, InspectionSnapshot Snapshot);

/// <summary>What completing and reviewing an inspection do with a signature.</summary>
internal static class Signing
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

    /// <returns>Null where the signature can be kept, or where there is none and none is needed.</returns>
    public static ProblemHttpResult? Refuse(SignatureBody? body, bool isRequired = false)
    {
        if (body is null)
        {
            return isRequired ? Problems.Of(Problems.SignatureRequired) : null;
        }

        if (body.Path is null || SignaturePath.Read(body.Path, out var fault) is not null)
        {
            return null;
        }

        var reason = WireNames.Of(fault!.Value);
        return Problems.About(Problems.SignatureInvalid, reason, Problems.Args(("reason", reason)));
    }

    /// <summary>In the caller's transaction, which holds the run.</summary>
    /// <returns>What the line of audit says of it; null without one.</returns>
    public static async Task<object?> KeepAsync(
        NpgsqlConnection connection, Signable run, SignatureRole role, SignatureBody? body, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (body is null)
        {
            return null;
        }

        var path = body.Path is null ? null : SignaturePath.Read(body.Path, out _);
        var image = path is null ? null : SignaturePicture.Draw(path);
        var photos = await connection.QueryAsync(
            Photos, r => new SignedPhoto(r.GetGuid(0), r.ValueOrNull<Guid>(1), Convert.ToHexStringLower(r.GetFieldValue<byte[]>(2)), r.GetBoolean(3)), cancellationToken, Statement.Uuid(run.Id));
        var signature = new InspectionSignature
        {
            Id = Guid.CreateVersion7(now),
            TenantId = run.TenantId,
            InspectionId = run.Id,
            Role = role,
            SignedByUserId = actor.UserId,
            TypedName = body.TypedName.Trim(),
            Path = path?.ToString(),
            Image = image,
            Sha256 = image is null ? null : SHA256.HashData(image),
            ContentHash = [],
            Photos = SignedContent.PhotoLines(run.Snapshot, photos),
            NoteSha256 = role == SignatureRole.Reviewer ? SignedContent.NoteHash(run.ReviewNote) : null,
            SignedAt = now,
        };
        var content = new SignedRun(run.Id, run.Outcome, run.SummaryNote, run.Snapshot, await ReadAnswersAsync(connection, run.Id, cancellationToken));
        var hash = SignedContent.Hash(SignedContent.Write(content, signature));
        await connection.ExecuteAsync(
            Insert, cancellationToken, Statement.Uuid(signature.Id), Statement.Uuid(run.TenantId), Statement.Uuid(run.Id), Statement.Text(WireNames.Of(role)), Statement.Uuid(actor.UserId),
            Statement.Text(signature.TypedName), Statement.Text(signature.Path), Statement.Bytes(signature.Image), Statement.Bytes(signature.Sha256), Statement.Bytes(hash), Statement.Text(signature.Photos),
            Statement.Bytes(signature.NoteSha256), Statement.Instant(now));
        return new { id = signature.Id, contentHash = Convert.ToHexStringLower(hash), isDrawn = signature.Path is not null };
    }

    public static Task<List<SignedAnswer>> ReadAnswersAsync(NpgsqlConnection connection, Guid run, CancellationToken cancellationToken) => connection.QueryAsync(
        Answers, r => new SignedAnswer(r.GetGuid(0), r.ValueOrNull<bool>(1), r.TextOrNull(2), r.ValueOrNull<double>(3), r.TextOrNull(4)), cancellationToken, Statement.Uuid(run));
}
