using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

internal sealed record BulkRuns(IReadOnlyList<BulkRun> Items, string? NextCursor);

/// <param name="Values">What was asked to be changed.</param>
internal sealed record BulkRun(
    Guid Id, string Kind, JsonElement? Values, string State, int Total, int Done, int Changed, int Skipped, int Failed, Guid? UndoOf, Guid? UndoneBy,
    string? StartedByName, DateTimeOffset? CancelRequestedAt, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    public bool IsOver => State is "DONE" or "FAILED" or "CANCELLED";

    public bool CanBeUndone => IsOver && Changed > 0 && UndoneBy is null && UndoOf is null;
}

internal sealed record BulkItems(IReadOnlyList<BulkItem> Items, string? NextCursor);

internal sealed record BulkItem(Guid AssetId, string Tag, string? Name, string State, string? Code);

internal sealed record BulkStart(BulkChosen Selection, string Action, JsonObject? Values);

internal sealed record BulkChosen(IReadOnlyList<Guid>? Ids, JsonObject? Filter);

internal sealed record SavedViews(IReadOnlyList<SavedView> Items);

public sealed record SavedView(Guid Id, string Name, JsonElement Query, bool IsShared, bool IsOwn, int Version)
{
    /// <summary>The list opens with it; one's own alone, so that nobody decides that for others.</summary>
    public bool IsDefault => IsOwn && Query.ValueKind == JsonValueKind.Object && Query.TryGetProperty("default", out var it) && it.ValueKind == JsonValueKind.True;
}

internal sealed record NewView(string List, string Name, JsonObject Query, bool IsShared);

internal sealed record ViewName(string Name);

/// <summary>Changes of many assets, and lists under a name.</summary>
internal sealed class ListsClient(ApiClient api)
{
    public Task<ApiResult<BulkRun>> StartAsync(BulkStart start, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, "/api/assets/bulk", start, WebJson.Default.BulkStart, WebJson.Default.BulkRun, null, key, cancellationToken);

    public Task<ApiResult<BulkRuns>> RunsAsync(int limit, CancellationToken cancellationToken) =>
        api.GetAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/api/bulk-runs?limit={limit}"), WebJson.Default.BulkRuns, cancellationToken);

    public Task<ApiResult<BulkRun>> RunAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/bulk-runs/{id}", WebJson.Default.BulkRun, cancellationToken);

    public Task<ApiResult<BulkItems>> ItemsAsync(Guid id, string? state, string? cursor, CancellationToken cancellationToken) => api.GetAsync(
        $"/api/bulk-runs/{id}/items" + QueryString.Create(new KeyValuePair<string, string?>[] { new("itemState", state), new("cursor", cursor) }.Where(p => p.Value is not null)),
        WebJson.Default.BulkItems, cancellationToken);

    public Task<ApiResult<BulkRun>> UndoAsync(Guid id, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"/api/bulk-runs/{id}/undo", new JsonObject(), WebJson.Default.JsonObject, WebJson.Default.BulkRun, null, null, cancellationToken);

    public Task<ApiResult<BulkRun>> CancelAsync(Guid id, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"/api/bulk-runs/{id}/cancel", new JsonObject(), WebJson.Default.JsonObject, WebJson.Default.BulkRun, null, null, cancellationToken);

    public Task<ApiResult<SavedViews>> ViewsAsync(string list, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/saved-views?list={list}&limit=50", WebJson.Default.SavedViews, cancellationToken);

    public Task<ApiResult<SavedView>> SaveViewAsync(NewView view, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, "/api/saved-views", view, WebJson.Default.NewView, WebJson.Default.SavedView, null, null, cancellationToken);

    public Task<ApiResult<SavedView>> RenameViewAsync(Guid id, string name, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Patch, $"/api/saved-views/{id}", new ViewName(name), WebJson.Default.ViewName, WebJson.Default.SavedView, version, null, cancellationToken);

    public Task<ApiResult<SavedView>> ChangeViewAsync(Guid id, JsonObject patch, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Patch, $"/api/saved-views/{id}", patch, WebJson.Default.JsonObject, WebJson.Default.SavedView, version, null, cancellationToken);

    public Task<ApiResult<Done>> DeleteViewAsync(Guid id, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync<JsonObject, Done>(HttpMethod.Delete, $"/api/saved-views/{id}", new JsonObject(), WebJson.Default.JsonObject, null, version, null, cancellationToken);
}
