using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Panorama.Api.Http;

/// <summary>
/// The version an edit was made from. An editor who did not say it is asked to (428), one who saw an older row is told the stored version (412);
/// whoever loses the race after that is told by the row's concurrency token (409 <c>concurrency_conflict</c>).
/// </summary>
internal static class IfMatch
{
    public const string Header = "If-Match";

    /// <summary>Null when the header names the stored version.</summary>
    /// <param name="header">As sent: one strong tag, such as <c>"3"</c>. Anything else, also <c>*</c>, matches no version.</param>
    /// <param name="version">Of the stored row.</param>
    public static ProblemHttpResult? Refuse(string? header, int version) =>
        string.IsNullOrWhiteSpace(header) ? Problems.Of(Problems.VersionRequired)
        : header.Trim() == Tag(version) ? null
        : Problems.Of(Problems.VersionMismatch, Problems.Args(("version", version)));

    /// <summary>As <see cref="Refuse"/>, for what may also be done without having seen the row.</summary>
    public static ProblemHttpResult? RefuseOlder(string? header, int version) => string.IsNullOrWhiteSpace(header) ? null : Refuse(header, version);

    /// <summary>Tells the reader which version to name in an edit.</summary>
    public static void WriteTag(HttpContext context, int version) => context.Response.Headers.ETag = Tag(version);

    private static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
