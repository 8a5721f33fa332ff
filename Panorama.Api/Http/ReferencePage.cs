using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Panorama.Api.Http;

/// <summary>The reference page. Its script comes from this server; its policy is its own, since it starts with an inline script.</summary>
internal static class ReferencePage
{
    public const string Route = "/api/docs";

    public static void MapReferencePage(this IEndpointRouteBuilder routes) => routes
        .MapScalarApiReference(Route, (options, context) =>
        {
            options.WithTitle("Panorama API").WithOpenApiRoutePattern(ApiDescription.Route).DisableAgent().DisableTelemetry();
            options.DefaultFonts = false;
            options.Nonce = (string?)context.Items[nameof(ReferencePage)];
        })
        .AllowAnonymous().ExcludeFromDescription();

    /// <summary>Must run before the security headers are written.</summary>
    public static void UseReferencePagePolicy(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(Route, StringComparison.Ordinal))
        {
            var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)); // the same text in the header and, escaped, in the page
            context.Items[nameof(ReferencePage)] = nonce;
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'; font-src 'self' data:; img-src 'self' data:; "
                + $"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'";
        }

        return next(context);
    });
}
