using Microsoft.Extensions.Options;
using Panorama.Api.Settings;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <summary>The cookie of a session: HttpOnly, SameSite=Lax, whole host; over HTTPS also Secure under the prefix that forbids anything else.</summary>
internal sealed class SessionCookie(IOptions<SignInOptions> options, IOptions<OriginOptions> origin)
{
    private const string TokenScheme = "Bearer pnrm_pat_";

    /// <summary>The text of a well-formed session token, or null. A personal access token suppresses the session, even a valid one.</summary>
    public string? Read(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString().StartsWith(TokenScheme, StringComparison.Ordinal))
        {
            return null;
        }

        var text = request.Cookies[Name(request)];
        return SecretToken.Parse(text) is null ? null : text;
    }

    public void Write(HttpContext context, byte[] token) =>
        context.Response.Cookies.Append(Name(context.Request), SecretToken.Format(token), Attributes(context.Request, options.Value.MaxAge));

    public void Clear(HttpContext context) => context.Response.Cookies.Append(Name(context.Request), "", Attributes(context.Request, TimeSpan.Zero));

    private string Name(HttpRequest request) => IsSecure(request) ? $"__Host-{options.Value.CookieName}" : options.Value.CookieName;

    private bool IsSecure(HttpRequest request) => request.IsHttps || origin.Value.IsHttps;

    private CookieOptions Attributes(HttpRequest request, TimeSpan maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = maxAge,
        Secure = IsSecure(request),
        IsEssential = true,
    };
}
