using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Identity;
using Panorama.Api.Settings;
using Panorama.Core.Identity;
using Panorama.ServiceDefaults.Logging;

namespace Panorama.Api.Tenancy;

/// <summary>Opens the session of the cookie in the request's transaction: revocation, expiry, account and membership are read each time, no cache.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    SessionCookie cookie,
    SessionTokens tokens,
    AuthDatabase auth,
    ProvenSessions proven,
    IOptions<FeatureOptions> features,
    TenantSession session) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Routes that ask for nobody open nothing.
        if (Context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<IAuthorizeData>() is null
            || cookie.Read(Request) is not { } text || SecretToken.Parse(text) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        var hash = tokens.Hash(token);
        session.RequestId = Context.TraceIdentifier;
        session.NeededFeature = metadata.GetMetadata<FeatureNeeded>()?.Name;
        var isOffered = session.NeededFeature is not { } feature || features.Value.Offers(feature);
        if (metadata.GetMetadata<OpensWithRead>() is not null && isOffered && proven.TenantOf(text) is { } tenant)
        {
            // Not known yet whose it is, nor whether it still is: the read that opens it is refused where it is not.
            session.OpenWithRead(hash, tenant);
            return Success(new ClaimsIdentity(SchemeName));
        }

        var actor = await session.OpenAsync(hash, Context.RequestAborted);
        if (actor is null && tokens.HashPrevious(token) is { } previous && await auth.RekeyAsync(previous, hash, Context.RequestAborted))
        {
            actor = await session.OpenAsync(hash, Context.RequestAborted);
        }

        if (actor is null)
        {
            proven.Remove(text);
            return AuthenticateResult.Fail("The session is not valid.");
        }

        proven.Add(text, actor.TenantId);
        LogContext.ActsFor(actor.UserId, actor.TenantId);
        return Success(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, actor.UserId.ToString())], SchemeName));
    }

    private static AuthenticateResult Success(ClaimsIdentity identity) => AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
}
