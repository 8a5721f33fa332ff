using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

internal sealed record DefectList(IReadOnlyList<DefectRow> Items, string? NextCursor);

/// <param name="Status">OPEN, CERTIFIED or DISMISSED.</param>
/// <param name="LastSeenInspectionId">The newest inspection that found it.</param>
public sealed record DefectRow(
    Guid Id, Guid AssetId, string AssetTag, string AssetName, Guid InspectionId, string Label, string Severity, string? Note, string Status, DateTimeOffset OpenedAt,
    string OpenedByName, Guid LastSeenInspectionId, DateTimeOffset LastSeenAt, DateTimeOffset? ResolvedAt, string? ResolvedByName, string? ResolutionNote);

/// <summary>What inspections found wrong, until a repair is certified.</summary>
internal sealed class DefectsClient(ApiClient api)
{
    /// <param name="query">Query string with its question mark, or empty.</param>
    public Task<ApiResult<DefectList>> ListAsync(string query, CancellationToken cancellationToken) =>
        api.GetAsync("/api/defects" + query, WebJson.Default.DefectList, cancellationToken);

    public Task<ApiResult<DefectRow>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/defects/{id}", WebJson.Default.DefectRow, cancellationToken);

    public Task<ApiResult<DefectRow>> CertifyAsync(Guid id, string outcome, string? note, CancellationToken cancellationToken) => api.ChangeAsync(
        HttpMethod.Post, $"/api/defects/{id}/certify", new JsonObject { ["outcome"] = outcome, ["note"] = note }, WebJson.Default.JsonObject, WebJson.Default.DefectRow, null, null,
        cancellationToken);
}
