using System.Text.Json;

namespace Panorama.Web.Api;

/// <summary>Why Api, or the way to it, refused: what a page needs to say it.</summary>
/// <param name="Status">HTTP status; 503 when Api was not reached.</param>
/// <param name="Code">Stable code; <c>errors.&lt;code&gt;</c> is its text.</param>
/// <param name="ErrorCodes">By member; <c>errors.member.&lt;code&gt;</c> is the text of each.</param>
public sealed record ApiProblem(
    int Status, string Code, IReadOnlyDictionary<string, JsonElement>? Args = null,
    IReadOnlyDictionary<string, string[]>? Errors = null, string? TraceId = null, IReadOnlyDictionary<string, string[]>? ErrorCodes = null)
{
    public const string Unreachable = "api_unreachable";
    public const string Unreadable = "api_unreadable";

    /// <summary>Api cannot serve now; the same request may work later.</summary>
    public bool IsOutage => Status >= 500;

    /// <summary>Seconds of <c>args.retryAfterSeconds</c>; 0 when it has none.</summary>
    public long RetryAfterSeconds =>
        Args?.TryGetValue("retryAfterSeconds", out var value) == true && value.TryGetInt64(out var seconds) ? seconds : 0;
}

/// <summary>Either the answer or the problem.</summary>
internal readonly record struct ApiResult<T>(T? Value, ApiProblem? Problem)
    where T : class
{
    public static implicit operator ApiResult<T>(T value) => new(value, null);

    public static implicit operator ApiResult<T>(ApiProblem problem) => new(null, problem);
}

/// <summary>The answer to a command that returns nothing.</summary>
internal sealed record Done
{
    public static readonly Done Value = new();
}
