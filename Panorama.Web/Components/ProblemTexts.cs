using System.Globalization;
using System.Text.Json;
using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Components;

/// <summary>The sentence for a problem code, with the problem's own numbers in it.</summary>
internal static class ProblemTexts
{
    public static string Sentence(ApiProblem problem, Texts texts)
    {
        if (problem.Code == "rate_limited")
        {
            return texts.Count("errors.rate_limited", Math.Max(1, problem.RetryAfterSeconds));
        }

        var key = "errors." + problem.Code;
        if (!texts.Has(key))
        {
            key = problem.Status >= 500 ? "errors.server_error" : "errors.unknown";
        }

        (string, object?)[] args = [.. (problem.Args ?? new Dictionary<string, JsonElement>()).Select(a => (a.Key, (object?)Value(a.Value)))];
        return texts[key, args];
    }

    private static object Value(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
