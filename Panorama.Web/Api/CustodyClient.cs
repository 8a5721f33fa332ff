using System.Text.Json.Nodes;

namespace Panorama.Web.Api;

internal sealed record AssignmentPage(IReadOnlyList<Assignment> Items, string? NextCursor);

/// <summary>Who or what has an asset, or had it.</summary>
/// <param name="CanAccept">The person who looks may accept it.</param>
public sealed record Assignment(
    Guid Id, Guid AssetId, string AssetTag, string AssetName, string? ModelName, string TargetType, Guid TargetId, string? TargetName,
    DateTimeOffset CheckedOutAt, string? CheckedOutByName, DateTimeOffset? ExpectedCheckinAt, bool IsOverdue, bool RequiresAcceptance, string? AcceptanceText,
    DateTimeOffset? AcceptedAt, string? AcceptedName, DateTimeOffset? DeclinedAt, string? DeclineReason, DateTimeOffset? CheckinRequestedAt,
    string? CheckinRequestNote, DateTimeOffset? CheckedInAt, string? CheckedInByName, string? Note, string? CheckinNote, string? Condition, bool IsDamaged,
    string? DamageNote, bool CanAccept);

internal sealed record PeoplePage(IReadOnlyList<Person> Items, string? NextCursor);

internal sealed record Person(Guid UserId, string DisplayName, string? Email, string? Username);

/// <summary>Lending and taking back, and who may be lent to.</summary>
internal sealed class CustodyClient(ApiClient api)
{
    /// <param name="query">Query string with its question mark, or empty.</param>
    public Task<ApiResult<AssignmentPage>> ListAsync(string query, CancellationToken cancellationToken) =>
        api.GetAsync("/api/assignments" + query, WebJson.Default.AssignmentPage, cancellationToken);

    public Task<ApiResult<Assignment>> GetAsync(Guid id, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/assignments/{id}", WebJson.Default.Assignment, cancellationToken);

    public Task<ApiResult<PeoplePage>> PeopleAsync(Guid tenant, string? q, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/tenants/{tenant}/memberships?status=active&limit=20" + (string.IsNullOrWhiteSpace(q) ? "" : "&q=" + Uri.EscapeDataString(q.Trim())), WebJson.Default.PeoplePage, cancellationToken);

    /// <summary>Somebody who holds things and does not sign in.</summary>
    public Task<ApiResult<Done>> AddPersonAsync(Guid tenant, string name, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync<JsonObject, Done>(HttpMethod.Post, $"/api/tenants/{tenant}/people", new() { ["displayName"] = name }, WebJson.Default.JsonObject, null, null, key, cancellationToken);

    public Task<ApiResult<Choices>> PlacesAsync(string? q, CancellationToken cancellationToken) =>
        api.GetAsync("/api/locations?limit=20" + (string.IsNullOrWhiteSpace(q) ? "" : "&q=" + Uri.EscapeDataString(q.Trim())), WebJson.Default.Choices, cancellationToken);

    /// <param name="action"><c>checkout</c> or <c>checkin</c>.</param>
    /// <param name="version">Of the asset that the person saw, where they changed something of it; else null.</param>
    public Task<ApiResult<Assignment>> MoveAsync(Guid asset, string action, JsonObject body, int? version, string? key, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"/api/assets/{asset}/{action}", body, WebJson.Default.JsonObject, WebJson.Default.Assignment, version, key, cancellationToken);

    /// <param name="answer"><c>accept</c>, <c>decline</c> or <c>request-checkin</c>.</param>
    public Task<ApiResult<Assignment>> AnswerAsync(Guid id, string answer, JsonObject body, CancellationToken cancellationToken) =>
        api.ChangeAsync(HttpMethod.Post, $"/api/assignments/{id}/{answer}", body, WebJson.Default.JsonObject, WebJson.Default.Assignment, null, null, cancellationToken);
}
