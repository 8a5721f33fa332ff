namespace Panorama.Web.Inspections.Review;

/// <summary>Which answers of a run are listed; the address keeps it.</summary>
public static class AnswerFilter
{
    public static readonly string[] All = ["all", "failed", "changed", "note"];

    public static string Of(string? chosen) => Array.Find(All, f => f == chosen) ?? All[0];

    public static bool Shows(string filter, RunItem item, RunEvidence evidence) => filter switch
    {
        "failed" => item.IsFailed,
        "changed" => evidence.Of(item)?.IsChanged == true,
        "note" => item.Answer?.Note is not null,
        _ => true,
    };
}
