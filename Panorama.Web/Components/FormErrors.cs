using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Components;

/// <summary>
/// What is wrong with a form as posted: one reason for the whole, and one text for each field, in Web's own words. The summary and the
/// fields read the same entries.
/// </summary>
public sealed class FormErrors
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    public string? Reason { get; set; }

    public IReadOnlyDictionary<string, string> Fields => _fields;

    public bool Any => Reason is not null || _fields.Count > 0;

    public string? this[string field] => _fields.GetValueOrDefault(field);

    public void Add(string field, string text) => _fields.TryAdd(field, text);

    /// <summary>Marks fields left empty.</summary>
    internal void Require(Texts texts, string domain, params ReadOnlySpan<(string Field, string? Value)> values)
    {
        foreach (var (field, value) in values)
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                Add(field, texts["errors.required", ("field", texts[$"{domain}.field.{field}"])]);
            }
        }
    }

    /// <summary>Takes over Api's refusal: members of <c>errors</c> go to their field, the code becomes the reason.</summary>
    internal void Take(ApiProblem problem, Texts texts, string domain)
    {
        foreach (var member in problem.Errors?.Keys ?? [])
        {
            if (texts.Has($"{domain}.field.{member}"))
            {
                var key = problem.ErrorCodes?.GetValueOrDefault(member) is [{ } code, ..] && texts.Has("errors.member." + code) ? "errors.member." + code : "errors.invalid_field";
                Add(member, texts[key, ("field", texts[$"{domain}.field.{member}"])]);
            }
        }

        if (_fields.Count == 0)
        {
            Reason = ProblemTexts.Sentence(problem, texts);
        }
    }
}
