using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>An answer as it is signed.</summary>
public sealed record SignedAnswer(Guid SnapshotItemId, bool? BooleanValue, string? TextValue, double? NumberValue, string? Note);

/// <summary>A photo as it is signed.</summary>
/// <param name="SnapshotItemId">Of the item that it answers; null for one of the whole.</param>
/// <param name="IsRemoved">It was taken out before: whoever signed did not see it, and it may be brought back.</param>
public sealed record SignedPhoto(Guid Id, Guid? SnapshotItemId, string Sha256, bool IsRemoved);

/// <summary>The inspection that is signed.</summary>
/// <param name="Answers">In any order.</param>
public sealed record SignedRun(Guid Id, InspectionOutcome? Outcome, string? SummaryNote, InspectionSnapshot Snapshot, IReadOnlyList<SignedAnswer> Answers);

/// <summary>What a signature is under, as one text that anybody can write again; its form is in docs/signatures.md.</summary>
public static class SignedContent
{
    private const string Form = "panorama.inspection-signature/1";

    /// <summary>The lines of photos: first of items in their order, then of the whole; within one as they came.</summary>
    public static string PhotoLines(InspectionSnapshot snapshot, IReadOnlyList<SignedPhoto> photos)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var places = snapshot.Items.ToDictionary(i => i.Id, i => i.Position);
        return string.Concat(photos.OrderBy(p => p.SnapshotItemId is { } item ? places.GetValueOrDefault(item, int.MaxValue) : int.MaxValue).ThenBy(p => p.Id).Select(Line));
    }

    /// <param name="signature">All but its hash.</param>
    public static string Write(SignedRun run, InspectionSignature signature)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(signature);
        var byItem = run.Answers.ToDictionary(a => a.SnapshotItemId);
        var text = new StringBuilder();
        Add(text, Form);
        Add(text, $"inspection {run.Id}");
        Add(text, $"role {WireNames.Of(signature.Role)}");
        Add(text, $"outcome {(run.Outcome is { } outcome ? WireNames.Of(outcome) : "null")}");
        Add(text, $"summary {Quoted(run.SummaryNote)}");
        foreach (var item in run.Snapshot.Items)
        {
            if (byItem.GetValueOrDefault(item.Id) is { } answer)
            {
                Add(text, $"answer {item.Id} {Value(answer)} {Quoted(answer.Note)}");
            }
        }

        text.Append(signature.Photos);
        if (signature.Role == SignatureRole.Reviewer)
        {
            Add(text, $"review {(signature.NoteSha256 is { } note ? Convert.ToHexStringLower(note) : "null")}");
        }

        Add(text, $"signer {signature.SignedByUserId}");
        Add(text, $"name {Quoted(signature.TypedName)}");
        Add(text, $"path {Quoted(signature.Path)}");
        Add(text, $"signed {signature.SignedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}");
        return text.ToString();
    }

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether what is stored now is what was signed. A photo that is gone is missed by nobody: it goes at its age or by an audited hand; one that is there must be the same.</summary>
    /// <param name="photos">Those that are there.</param>
    public static bool IsIntact(string content, InspectionSignature signature, IReadOnlyList<SignedPhoto> photos)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var signed = signature.Photos.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return Hash(content).AsSpan().SequenceEqual(signature.ContentHash)
            && (signature.Image is null || SHA256.HashData(signature.Image).AsSpan().SequenceEqual(signature.Sha256))
            && photos.All(p => signed.Contains(Line(p with { IsRemoved = false })[..^1]) || signed.Contains(Line(p with { IsRemoved = true })[..^1]));
    }

    /// <summary>The note of a review says something else than when it was signed.</summary>
    public static bool IsNoteChanged(InspectionSignature signature, string? note)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return signature.Role == SignatureRole.Reviewer && !NoteHash(note).AsSpan().SequenceEqual(signature.NoteSha256);
    }

    public static byte[]? NoteHash(string? note) => note is null ? null : Hash(note);

    private static string Line(SignedPhoto photo) =>
        $"photo {photo.SnapshotItemId?.ToString() ?? "-"} {photo.Id} {photo.Sha256}{(photo.IsRemoved ? " removed" : "")}\n";

    private static void Add(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Value(SignedAnswer answer) => answer switch
    {
        { BooleanValue: { } yes } => yes ? "true" : "false",
        { NumberValue: { } number } => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Quoted(answer.TextValue),
    };

    // As RFC 8785 (3.2.2.2) writes the strings of JSON: every character has one spelling.
    private static string Quoted(string? value)
    {
        if (value is null)
        {
            return "null";
        }

        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append(@"\\"),
                '\b' => text.Append(@"\b"),
                '\t' => text.Append(@"\t"),
                '\n' => text.Append(@"\n"),
                '\f' => text.Append(@"\f"),
                '\r' => text.Append(@"\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }
}
