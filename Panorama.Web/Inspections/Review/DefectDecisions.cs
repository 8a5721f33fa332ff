using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections.Review;

/// <summary>What a reviewer decides of one defect.</summary>
/// <param name="Outcome">REPAIRED or NOT_NECESSARY; null where it stays open.</param>
public sealed record DefectDecision(DefectRow Defect, string? Outcome, string? Note)
{
    public string Field => FieldOf(Defect.Id);

    public static string FieldOf(Guid defect) => $"defect-{defect}";
}

/// <summary>The decisions of a review form as they were sent.</summary>
public static class DefectDecisions
{
    public static readonly string[] Outcomes = ["REPAIRED", "NOT_NECESSARY"];

    private const int LongestNote = 2_000;

    /// <summary>Of the defects that the form names, those alone that the run found.</summary>
    internal static IReadOnlyList<DefectDecision> Read(IFormCollection form, IEnumerable<RunDefect> found) =>
    [
        .. from item in found
           let field = DefectDecision.FieldOf(item.Defect.Id)
           where form.ContainsKey(field)
           select new DefectDecision(
               item.Defect, Array.Find(Outcomes, o => o == form[field].ToString()), form[field + "-note"].ToString().ReplaceLineEndings("\n").Trim() is { Length: > 0 } note ? note : null),
    ];

    /// <summary>Before anything is sent: what is too long, and what somebody else decided meanwhile.</summary>
    internal static void Check(IEnumerable<DefectDecision> decisions, Texts texts, FormErrors errors)
    {
        foreach (var decision in decisions.Where(d => d.Outcome is not null))
        {
            if (decision.Note?.Length > LongestNote)
            {
                errors.Add(decision.Field, texts["errors.member.too_long", ("field", $"{decision.Defect.Label}: {texts["defect.field.note"]}")]);
            }
            else if (decision.Defect.Status != "OPEN")
            {
                errors.Add(decision.Field, texts["inspection.decision.late", ("defect", decision.Defect.Label)]);
            }
        }
    }
}
