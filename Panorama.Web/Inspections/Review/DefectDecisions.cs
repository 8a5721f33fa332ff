using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections.Review;

/// <summary>What a reviewer decides of one defect, as it was sent.</summary>
/// <param name="Outcome">REPAIRED or NOT_NECESSARY; null where it stays open.</param>
public sealed record DefectDecision(Guid DefectId, string? Outcome, string? Note)
{
    public string Field => FieldOf(DefectId);

    public static string FieldOf(Guid defect) => DefectDecisions.Prefix + defect;
}

/// <summary>The decisions of a review form as they were sent.</summary>
public static class DefectDecisions
{
    public const string Prefix = "defect-";

    public static readonly string[] Outcomes = ["REPAIRED", "NOT_NECESSARY"];

    private const int LongestNote = 2_000;

    /// <summary>Of every defect that the form names: whether the run found it is for <see cref="Check"/> to say.</summary>
    internal static IReadOnlyList<DefectDecision> Read(IFormCollection form) =>
    [
        .. from key in form.Keys
           where key.StartsWith(Prefix, StringComparison.Ordinal)
           let id = Guid.TryParseExact(key[Prefix.Length..], "D", out var defect) ? defect : (Guid?)null
           where id is not null
           select new DefectDecision(
               id.Value, Array.Find(Outcomes, o => o == form[key].ToString()), form[key + "-note"].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } note ? note : null),
    ];

    /// <summary>Before anything is sent: what is too long, what cannot be found, and what somebody else decided meanwhile.</summary>
    internal static void Check(IEnumerable<DefectDecision> decisions, RunEvidence evidence, Texts texts, FormErrors errors)
    {
        if (evidence.Defects is null)
        {
            errors.Reason = texts["inspection.decision.unread"];
            return;
        }

        foreach (var decision in decisions.Where(d => d.Outcome is not null))
        {
            if (evidence.FoundOf(decision) is not { } defect)
            {
                errors.Add(decision.Field, texts["inspection.decision.unknown"]);
            }
            else if (decision.Note?.Length > LongestNote)
            {
                errors.Add(decision.Field, texts["errors.member.too_long", ("field", $"{defect.Label}: {texts["defect.field.note"]}")]);
            }
            else if (defect.Status != "OPEN")
            {
                errors.Add(decision.Field, texts["inspection.decision.late", ("defect", defect.Label)]);
            }
        }
    }
}
