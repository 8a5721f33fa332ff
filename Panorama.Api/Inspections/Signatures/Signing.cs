using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Signatures;

/// <summary>The signature of whoever sends it.</summary>
/// <param name="TypedName">At most 200 characters.</param>
/// <param name="Path">What was drawn, as the `d` of an SVG path in a box of 600 × 200: `M` and `L` with whole numbers alone. Null where the name was only typed.</param>
public sealed record SignatureBody(
    [property: Required, MaxLength(InspectionSignature.MaxTypedName), Storable] string TypedName, [property: MaxLength(SignaturePath.MaxLength)] string? Path = null);

/// <summary>What completing and reviewing an inspection do with a signature.</summary>
internal static class Signing
{
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
        var kept = await SignatureRows.KeepAsync(connection, run, new Signer(role, actor.UserId, body.TypedName.Trim(), path), now, cancellationToken);
        return new { id = kept.Id, contentHash = Convert.ToHexStringLower(kept.ContentHash), isDrawn = path is not null };
    }
}
