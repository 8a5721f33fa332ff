namespace Panorama.Web.Api;

/// <param name="TimeZone">The person's, else the organisation's.</param>
/// <param name="Locale">The person's, else the organisation's.</param>
public sealed record Viewer(
    Guid UserId, string? Email, string DisplayName, Guid? CurrentTenantId, string? CurrentRole, IReadOnlyList<MembershipItem> Memberships,
    string? TimeZone, string? Locale, Waiting? Waiting = null, Features? Features = null)
{
    public MembershipItem? Current => Memberships.FirstOrDefault(m => m.TenantId == CurrentTenantId);

    public bool IsAdmin => CurrentRole is "owner" or "fleet_admin";

    /// <summary>The current organisation has inspections switched on.</summary>
    public bool HasInspections => Features?.Inspections == true;

    /// <summary>Serves the desk: lends, takes back, returns to service.</summary>
    public bool IsDesk => CurrentRole is "owner" or "fleet_admin" or "fleet_staff";
}

/// <summary>What is switched on for the current organisation; what is off has no place in a menu, and its routes answer 404.</summary>
public sealed record Features(bool Inspections);

/// <summary>What waits for the person; each counted up to 100, 101 stands for more.</summary>
public sealed record Waiting(int Unread, int DeadLetters);

public sealed record MembershipItem(Guid TenantId, string TenantDisplayName, string Role);

internal sealed record SessionList(IReadOnlyList<SessionItem> Items);

internal sealed record SessionItem(
    Guid Id, string? Ip, string? UserAgent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset AbsoluteExpiresAt, bool Current);

internal sealed record LoginRequest(string Email, string Password);

internal sealed record SetupLinkRequest(string Token, string Password);

internal sealed record SwitchRequest(Guid TenantId);

internal sealed record SetupRequest(
    string S, string Organisation, string Slug, string DisplayName, string Email, string Password, string Locale, string TimeZone);

/// <summary>Who is signed in, where else, and for which organisation.</summary>
internal sealed class IdentityClient(ApiClient api)
{
    public Task<ApiResult<Viewer>> MeAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/auth/me", WebJson.Default.Viewer, cancellationToken);

    public Task<ApiResult<Viewer>> LoginAsync(LoginRequest request, CancellationToken cancellationToken) =>
        api.PostAsync("/api/auth/login", request, WebJson.Default.LoginRequest, WebJson.Default.Viewer, cancellationToken);

    public Task<ApiResult<Viewer>> UseSetupLinkAsync(SetupLinkRequest request, CancellationToken cancellationToken) =>
        api.PostAsync("/api/auth/setup-link", request, WebJson.Default.SetupLinkRequest, WebJson.Default.Viewer, cancellationToken);

    public Task<ApiResult<Viewer>> SetUpAsync(SetupRequest request, CancellationToken cancellationToken) =>
        api.PostAsync("/api/setup", request, WebJson.Default.SetupRequest, WebJson.Default.Viewer, cancellationToken);

    public Task<ApiResult<Viewer>> SwitchAsync(Guid tenant, CancellationToken cancellationToken) =>
        api.PostAsync("/api/auth/tenants/switch", new SwitchRequest(tenant), WebJson.Default.SwitchRequest, WebJson.Default.Viewer, cancellationToken);

    public Task<ApiResult<Done>> LogoutAsync(CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, "/api/auth/logout", cancellationToken);

    public Task<ApiResult<Done>> LogoutEverywhereAsync(CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Post, "/api/auth/logout-all", cancellationToken);

    public Task<ApiResult<SessionList>> SessionsAsync(CancellationToken cancellationToken) =>
        api.GetAsync("/api/auth/sessions", WebJson.Default.SessionList, cancellationToken);

    public Task<ApiResult<Done>> RevokeAsync(Guid session, CancellationToken cancellationToken) =>
        api.CommandAsync(HttpMethod.Delete, $"/api/auth/sessions/{session}", cancellationToken);
}
