using Panorama.Web.Api;

namespace Panorama.Web.Inspections.Review;

/// <summary>What a person who looks at an ended run sees beside it.</summary>
/// <param name="Comparison">Null where it could not be read.</param>
/// <param name="Defects">Null where they could not be read.</param>
/// <param name="Queue">Null for whoever does not review.</param>
/// <param name="IsPartial">Something of it could not be read; the run itself is there.</param>
public sealed record RunEvidence(Comparison? Comparison, IReadOnlyList<RunDefect>? Defects, QueuePlace? Queue, bool IsPartial)
{
    public static readonly RunEvidence None = new(null, [], null, false);

    public IEnumerable<RunDefect> Found => Defects?.Where(d => d.IsFound) ?? [];

    internal static async Task<RunEvidence> ReadAsync(EvidenceClient api, Guid run, bool isReviewer, CancellationToken cancellationToken)
    {
        var previous = api.PreviousAsync(run, cancellationToken);
        var defects = api.DefectsAsync(run, cancellationToken);
        var queue = isReviewer ? api.QueueAsync(run, cancellationToken) : null;
        var (comparison, noComparison) = await previous;
        var (found, noDefects) = await defects;
        var (place, noPlace) = queue is null ? default : await queue;
        return new RunEvidence(comparison, found?.Items, place, (noComparison ?? noDefects ?? noPlace) is not null);
    }

    public ComparedItem? Of(RunItem item) => Comparison?.Items.FirstOrDefault(i => i.SnapshotItemId == item.Question.Id);

    /// <summary>Null where the run did not find it.</summary>
    public DefectRow? FoundOf(DefectDecision decision) => Found.FirstOrDefault(d => d.Defect.Id == decision.DefectId)?.Defect;

    /// <summary>What could not be read this time stays as it was.</summary>
    public RunEvidence After(RunEvidence before) => before == None ? this
        : new(Comparison ?? before.Comparison, Defects ?? before.Defects, Queue ?? before.Queue, IsPartial && before.IsPartial);

    public RunEvidence With(DefectRow changed) => this with { Defects = Defects?.Select(d => d.Defect.Id == changed.Id ? d with { Defect = changed } : d).ToList() };
}
