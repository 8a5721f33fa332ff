namespace Panorama.Web.Api;

/// <param name="Items">One for each item of the inspection.</param>
public sealed record Comparison(PreviousRun? Previous, IReadOnlyList<ComparedItem> Items);

public sealed record PreviousRun(Guid Id, DateTimeOffset StartedAt, string StartedByName, string Outcome);

/// <param name="Previous">Null where it was not asked then.</param>
public sealed record ComparedItem(Guid SnapshotItemId, PreviousAnswer? Previous, double? Difference, bool IsChanged);

public sealed record PreviousAnswer(bool? BooleanValue, string? TextValue, double? NumberValue, string? Note, IReadOnlyList<InspectionPhoto> Photos);

internal sealed record RunDefects(IReadOnlyList<RunDefect> Items);

/// <param name="IsFound">The inspection opened it, or saw it again.</param>
/// <param name="IsKnown">An earlier inspection had opened it.</param>
public sealed record RunDefect(DefectRow Defect, bool IsFound, bool IsKnown, bool IsAcknowledged);

/// <param name="Newer">At most <see cref="MostCounted"/>, which stands for more.</param>
/// <param name="Older">At most <see cref="MostCounted"/>, which stands for more.</param>
public sealed record QueuePlace(bool IsWaiting, int Newer, int Older, WaitingRun? Previous, WaitingRun? Next)
{
    public const int MostCounted = 999;
}

public sealed record WaitingRun(Guid Id, string TemplateName, string AssetTag);

/// <summary>What stands beside an inspection: the one before, its defects, and what else waits for a review.</summary>
internal sealed class EvidenceClient(ApiClient api)
{
    public Task<ApiResult<Comparison>> PreviousAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/inspections/{id}/previous", WebJson.Default.Comparison, cancellationToken);

    public Task<ApiResult<RunDefects>> DefectsAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/inspections/{id}/defects", WebJson.Default.RunDefects, cancellationToken);

    /// <summary>For who reviews.</summary>
    public Task<ApiResult<QueuePlace>> QueueAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/inspections/{id}/queue", WebJson.Default.QueuePlace, cancellationToken);
}
