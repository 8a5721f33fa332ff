using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Identity;

/// <summary>Signed-in browsers of the person, the last used first.</summary>
public sealed record SessionsResponse(IReadOnlyList<SessionResponse> Items);

/// <summary>One signed-in browser.</summary>
/// <param name="LastSeenAt">Written at most every 5 minutes.</param>
/// <param name="Current">The one that asks.</param>
public sealed record SessionResponse(
    Guid Id, string Provider, string? Ip, string? UserAgent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset IdleExpiresAt,
    DateTimeOffset AbsoluteExpiresAt, bool Current);

/// <param name="TenantId">One of the caller's memberships.</param>
public sealed record SwitchTenantRequest(Guid TenantId);

internal static class GetMe
{
    public static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Handle(TenantSession session, MeReader me, CancellationToken cancellationToken) =>
        await me.ReadAsync(session.TokenHash!, cancellationToken) is { } response
            ? TypedResults.Ok(response)
            : Problems.Of(Problems.AuthenticationRequired);
}

internal static class ListSessions
{
    public static async Task<Ok<SessionsResponse>> Handle(TenantSession session, AuthDatabase auth, CancellationToken cancellationToken)
    {
        var rows = await auth.ListSessionsAsync(session.TokenHash!, cancellationToken);
        return TypedResults.Ok(new SessionsResponse(
        [
            .. rows.Select(r => new SessionResponse(
                r.Id, r.Provider, r.Ip, r.UserAgent, r.CreatedAt, r.LastSeenAt, r.IdleExpiresAt, r.AbsoluteExpiresAt, r.IsCurrent)),
        ]));
    }
}

internal static class RevokeSession
{
    /// <param name="id">Of one of the caller's own sessions.</param>
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, HttpContext context, Actor actor, TenantSession session, AuthDatabase auth, SessionCookie cookie, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var sessionId) || !await auth.RevokeAsync(session.TokenHash!, sessionId, cancellationToken))
        {
            return Problems.Of(Problems.SessionNotFound);
        }

        if (sessionId == actor.SessionId)
        {
            cookie.Clear(context);
        }

        return TypedResults.NoContent();
    }
}

internal static class Logout
{
    public static async Task<NoContent> Handle(
        HttpContext context, AuthDatabase auth, SessionCookie cookie, SessionTokens tokens, CancellationToken cancellationToken)
    {
        if (SecretToken.Parse(cookie.Read(context.Request)) is { } token
            && !await auth.RevokeAsync(tokens.Hash(token), null, cancellationToken) && tokens.HashPrevious(token) is { } previous)
        {
            await auth.RevokeAsync(previous, null, cancellationToken);
        }

        cookie.Clear(context);
        return TypedResults.NoContent();
    }
}

internal static class LogoutAll
{
    public static async Task<NoContent> Handle(
        HttpContext context, TenantSession session, AuthDatabase auth, SessionCookie cookie, CancellationToken cancellationToken)
    {
        await auth.RevokeOthersAsync(session.TokenHash!, cancellationToken);
        await auth.RevokeAsync(session.TokenHash!, null, cancellationToken);
        cookie.Clear(context);
        return TypedResults.NoContent();
    }
}

internal static class SwitchTenant
{
    public static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Handle(
        SwitchTenantRequest request, HttpContext context, TenantSession session, AuthDatabase auth, SessionTokens tokens, SessionCookie cookie, MeReader me,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var token = SecretToken.Create();
        var hash = tokens.Hash(token);
        if (!await auth.SwitchAsync(session.TokenHash!, request.TenantId, Guid.CreateVersion7(clock.GetUtcNow()), hash, cancellationToken))
        {
            return Problems.Of(Problems.NotAMember);
        }

        cookie.Write(context, token);
        return await me.ReadAsync(hash, cancellationToken) is { } response ? TypedResults.Ok(response) : Problems.Of(Problems.AuthenticationRequired);
    }
}
