using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <param name="Token">The 43 characters behind `?u=` of the link.</param>
/// <param name="Password">12 to 128 characters.</param>
public sealed record UseSetupLinkRequest([property: MaxLength(200)] string Token, [property: MinLength(1), MaxLength(1000)] string Password);

internal static class UseSetupLink
{
    public static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Handle(
        UseSetupLinkRequest request, HttpContext context, SignIn signIn, AuthDatabase auth, PasswordGate passwords, CancellationToken cancellationToken)
    {
        var lease = await signIn.LimitSetupAsync(context);
        if (lease.RetryAfter is not null)
        {
            return SignIn.TooMany(context, lease);
        }

        if (SignIn.Refuse(request.Password) is { } refusal)
        {
            return refusal;
        }

        if (SecretToken.Parse(request.Token) is not { } token)
        {
            return Problems.Of(Problems.LinkUsedOrExpired);
        }

        if (await passwords.HashAsync(request.Password, cancellationToken) is not { } hash)
        {
            return Problems.Unavailable(context, Problems.TryAgain);
        }

        return await auth.UseSetupLinkAsync(SecretToken.HashOfLink(token), hash, cancellationToken) is { } user
            && await signIn.StartAsync(context, user, cancellationToken) is { } me
            ? TypedResults.Ok(me)
            : Problems.Of(Problems.LinkUsedOrExpired);
    }
}
