using Panorama.Web.Api;

namespace Panorama.Web.Inspections;

/// <summary>One item of a run with what is known of it.</summary>
/// <param name="Number">From 1.</param>
public sealed record RunItem(int Number, InspectionQuestion Question, InspectionAnswer? Answer, IReadOnlyList<InspectionPhoto> Photos)
{
    public bool IsPhoto => Question.ItemType == "PHOTO";

    public bool HasAnswer => Question.ItemType switch
    {
        "BOOLEAN" => Answer?.BooleanValue is not null,
        "NUMBER" => Answer?.NumberValue is not null,
        "TEXT" => !string.IsNullOrEmpty(Answer?.TextValue),
        _ => Photos.Count > 0,
    };

    public bool IsFailed => Answer?.BooleanValue == false;

    public bool NeedsPhoto => Question.PhotoRequired || (Question.Required && IsPhoto);

    public bool LacksAnswer => Question.Required && !IsPhoto && !HasAnswer;

    public bool LacksPhoto => NeedsPhoto && Photos.Count == 0;

    public bool IsMissing => LacksAnswer || LacksPhoto;

    /// <summary>done, failed, missing or open.</summary>
    public string State => IsMissing ? "missing" : IsFailed ? "failed" : HasAnswer ? "done" : "open";
}

/// <summary>The items of a run in their order, and what follows from their answers.</summary>
public sealed class RunItems
{
    /// <summary>From the best to the worst.</summary>
    public static readonly string[] Outcomes = ["PASS", "NEEDS_MAINTENANCE", "FAIL"];

    public RunItems(InspectionDetail run)
    {
        var answers = run.Responses.ToDictionary(r => r.SnapshotItemId);
        var photos = run.Photos.ToLookup(p => p.SnapshotItemId);
        All = [.. run.TemplateSnapshot.Items.Select((question, i) => new RunItem(i + 1, question, answers.GetValueOrDefault(question.Id), [.. photos[question.Id]]))];
    }

    public IReadOnlyList<RunItem> All { get; }

    public int Done => All.Count(i => i is { IsMissing: false, HasAnswer: true });

    public IEnumerable<RunItem> Missing => All.Where(i => i.IsMissing);

    /// <summary>The first that still waits for something; null when all have what they ask for.</summary>
    public RunItem? Next => All.FirstOrDefault(i => i.IsMissing || !i.HasAnswer);

    /// <summary>What the failed items come to; the person may say worse, not better.</summary>
    public string Outcome => All.Where(i => i.IsFailed).Select(i => i.Question.Severity).Aggregate("PASS", (worst, severity) => severity switch
    {
        "OUT_OF_SERVICE" => "FAIL",
        "MAJOR" when worst == "PASS" => "NEEDS_MAINTENANCE",
        _ => worst,
    });

    public static bool IsAllowed(string outcome, string computed) => Array.IndexOf(Outcomes, outcome) >= Array.IndexOf(Outcomes, computed);
}
