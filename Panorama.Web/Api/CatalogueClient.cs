using System.Globalization;
using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

internal sealed record CataloguePage(IReadOnlyList<JsonObject> Items, string? NextCursor);

/// <summary>One entry of the catalogue, of whatever kind: what all have by name, and the rest as a form asks for it.</summary>
public sealed class CatalogueEntry(JsonObject json)
{
    public Guid Id => json["id"]!.GetValue<Guid>();

    public string Name => Text("name") ?? "";

    public int Version => json["version"]!.GetValue<int>();

    /// <summary>Null where nothing counts them.</summary>
    public int? Uses => json["uses"]?.GetValue<int>();

    public bool IsArchived => json["archivedAt"] is not null;

    /// <summary>A member as a form field holds it; null where it is null or not there.</summary>
    public string? Text(string member) => json[member] switch
    {
        null => null,
        JsonArray list => string.Join('\n', list.Select(i => i?.GetValue<string>())),
        var value => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.True => "true",
            System.Text.Json.JsonValueKind.False => null,
            _ => value.ToString(),
        },
    };

    /// <summary>The fields of a set, in their order.</summary>
    public IEnumerable<(Guid Id, string Name)> Fields =>
        (json["fields"]?.AsArray() ?? []).Select(f => (f!["fieldId"]!.GetValue<Guid>(), f["name"]!.GetValue<string>()));
}

/// <summary>The catalogue of the current organisation.</summary>
internal sealed class CatalogueClient(ApiClient api)
{
    private const int PageSize = 200;
    private const int MostChoices = 1_000;

    public Task<ApiResult<Dictionary<string, int>>> CountAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/catalogue", WebJson.Default.DictionaryStringInt32, cancellationToken);

    public Task<ApiResult<CataloguePage>> ListAsync(string kind, string? words, bool withArchived, string? cursor, CancellationToken cancellationToken) =>
        PageAsync(kind, words, withArchived, withUses: true, limit: 50, cursor, cancellationToken);

    /// <summary>All entries that may be chosen, or none of them when there are more than a page can hold.</summary>
    public async Task<ApiResult<CataloguePage>> AllAsync(string kind, bool withArchived, bool withUses, CancellationToken cancellationToken)
    {
        List<JsonObject> all = [];
        string? cursor = null;
        do
        {
            var (page, problem) = await PageAsync(kind, null, withArchived, withUses, PageSize, cursor, cancellationToken);
            if (problem is not null)
            {
                return problem;
            }

            all.AddRange(page!.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && all.Count < MostChoices);

        return new CataloguePage(all, cursor);
    }

    public Task<ApiResult<JsonObject>> GetAsync(string kind, Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/{kind}/{id}", WebJson.Default.JsonObject, cancellationToken);

    public Task<ApiResult<JsonObject>> CreateAsync(string kind, JsonObject body, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"/api/{kind}", body, WebJson.Default.JsonObject, WebJson.Default.JsonObject, version: null, key, cancellationToken);

    public Task<ApiResult<JsonObject>> ChangeAsync(string kind, Guid id, JsonObject body, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Patch, $"/api/{kind}/{id}", body, WebJson.Default.JsonObject, WebJson.Default.JsonObject, version, key: null, cancellationToken);

    public Task<ApiResult<Done>> ArchiveAsync(string kind, Guid id, int version, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, $"/api/{kind}/{id}/archive", version, cancellationToken);

    public Task<ApiResult<Done>> RestoreAsync(string kind, Guid id, int version, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, $"/api/{kind}/{id}/restore", version, cancellationToken);

    public Task<ApiResult<Done>> DeleteAsync(string kind, Guid id, int version, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Delete, $"/api/{kind}/{id}", version, cancellationToken);

    private Task<ApiResult<CataloguePage>> PageAsync(
        string kind, string? words, bool withArchived, bool withUses, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var query = QueryString.Create(new Dictionary<string, string?>
        {
            ["limit"] = limit.ToString(CultureInfo.InvariantCulture),
            ["withUses"] = withUses ? "true" : null,
            ["includeArchived"] = withArchived ? "true" : null,
            ["q"] = words,
            ["cursor"] = cursor,
        }.Where(p => p.Value is not null));
        return api.GetAsync($"/api/{kind}{query}", WebJson.Default.CataloguePage, cancellationToken);
    }
}
