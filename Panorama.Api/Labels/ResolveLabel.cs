using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Core.Labels;

namespace Panorama.Api.Labels;

internal static class ResolveLabel
{
    public static async Task<Results<Ok<LabelledAsset>, ProblemHttpResult>> Handle(
        string code, HttpContext context, LabelFinder labels, GuessLimit guesses, CancellationToken cancellationToken)
    {
        if (guesses.Take(context) is { } tooMany)
        {
            return tooMany;
        }

        if (LabelCode.Read(code) is not { } read)
        {
            return Problems.Of(Problems.LabelNotFound);
        }

        var (asset, other) = await labels.FindAsync(read, cancellationToken);
        if (asset is null && other is null)
        {
            return Problems.Of(Problems.LabelNotFound);
        }

        guesses.GiveBack();
        return asset is not null ? TypedResults.Ok(asset) : Problems.Of(Problems.OtherTenant, Problems.Args(("tenantId", other)));
    }
}

internal static class ScanLabel
{
    private const int MaxText = 500;
    private const int MaxTag = 64;
    private const string Path = "/q/";

    /// <param name="text">What a camera read or a person typed.</param>
    public static async Task<Results<Ok<ScannedAsset>, ProblemHttpResult>> Handle(
        [FromQuery(Name = "text")] string? text, HttpContext context, LabelFinder labels, GuessLimit guesses, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxText)
        {
            return Problems.Query("text");
        }

        if (guesses.Take(context) is { } tooMany)
        {
            return tooMany;
        }

        var (code, tag) = Read(text.Trim());
        var (asset, other) = code is null && tag is null ? default : await labels.FindAsync(code, tag, cancellationToken);
        if (asset is null && other is null)
        {
            return Problems.Of(Problems.LabelNotFound);
        }

        guesses.GiveBack();
        return asset is not null ? TypedResults.Ok(asset) : Problems.Of(Problems.OtherTenant, Problems.Args(("tenantId", other)));
    }

    // The host of a sticker's address may be one that the organisation has moved away from since: the code is what counts.
    private static (string? Code, string? Tag) Read(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return (address.AbsolutePath.StartsWith(Path, StringComparison.OrdinalIgnoreCase) ? LabelCode.Read(address.AbsolutePath[Path.Length..].TrimEnd('/')) : null, null);
        }

        return (LabelCode.Read(text), text.Length <= MaxTag ? text : null);
    }
}
