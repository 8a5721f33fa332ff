using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Settings;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <summary>What sign-in, set-up link and set-up share: the limits and the new session.</summary>
internal sealed class SignIn(
    AuthDatabase auth, SessionTokens tokens, SessionCookie cookie, MeReader me, RateLimits limits, IOptions<SignInOptions> options, TimeProvider clock)
{
    private const string Scope = "auth";

    public Task<RateLease> LimitSetupAsync(HttpContext context) =>
        limits.TakeAsync([new RateRule($"rl:setup:address:{ClientAddress.LimitKey(context)}", 5, TimeSpan.FromMinutes(1))], context.RequestAborted);

    /// <summary>
    /// 10 a minute from an address. On an account from one address 5, 10 and 20 in 15 minutes, an hour and six: each further wait is longer,
    /// none is for ever. On an account from everywhere 50 in 15 minutes; an address that signed in to it lately is not kept out by that, else
    /// anybody with enough addresses could keep out the person.
    /// </summary>
    public async Task<RateLease> LimitLoginAsync(HttpContext context, string email)
    {
        var (account, address) = (tokens.LimitKey(email.ToLower(CultureInfo.InvariantCulture)), ClientAddress.LimitKey(context));
        RateRule[] own =
        [
            new RateRule($"rl:login:address:{address}", 10, TimeSpan.FromMinutes(1)),
            new RateRule($"rl:login:account:{account}:{address}:1", 5, TimeSpan.FromMinutes(15)),
            new RateRule($"rl:login:account:{account}:{address}:2", 10, TimeSpan.FromHours(1)),
            new RateRule($"rl:login:account:{account}:{address}:3", 20, TimeSpan.FromHours(6)),
        ];
        var lease = await limits.TakeAsync([.. own, new RateRule($"rl:login:account:{account}", 50, TimeSpan.FromMinutes(15))], context.RequestAborted);
        if (lease.RetryAfter is null || await limits.TakeAsync(own, context.RequestAborted) is not { RetryAfter: null } narrow)
        {
            return lease;
        }

        // Only what came from everywhere is in the way.
        if (!email.Contains('\0', StringComparison.Ordinal) && await auth.KnowsAddressAsync(email, ClientAddress.Of(context), context.RequestAborted))
        {
            return narrow;
        }

        await narrow.ReleaseAsync(context.RequestAborted);
        return lease;
    }

    public static ProblemHttpResult TooMany(HttpContext context, RateLease lease) => Problems.TooMany(context, Scope, lease.RetryAfter!.Value);

    /// <summary>A fresh session with its cookie; the one the browser had is ended. Null when the user may not sign in any more.</summary>
    public async Task<MeResponse?> StartAsync(HttpContext context, Guid user, CancellationToken cancellationToken)
    {
        var token = SecretToken.Create();
        var hash = tokens.Hash(token);
        var caller = Caller.Of(context);
        var session = new NewSession(
            Guid.CreateVersion7(clock.GetUtcNow()), user, hash, "password", 1, options.Value.Idle, options.Value.MaxAge, caller.Ip, caller.UserAgent);
        if (!await auth.CreateSessionAsync(session, cancellationToken))
        {
            return null;
        }

        if (tokens.HashOf(cookie.Read(context.Request)) is { } before)
        {
            await auth.RevokeAsync(before, null, cancellationToken);
        }

        cookie.Write(context, token);
        return await me.ReadAsync(hash, cancellationToken);
    }

    /// <summary>400 for a password that may not be set, else null.</summary>
    public static ProblemHttpResult? Refuse(string password) => PasswordRules.Check(password) switch
    {
        null => null,
        "password_too_short" => Problems.Of(Problems.PasswordTooShort, Problems.Args(("min", PasswordRules.MinCharacters))),
        "password_too_long" => Problems.Of(Problems.PasswordTooLong, Problems.Args(("max", PasswordRules.MaxCharacters))),
        "password_breached" => Problems.Of(Problems.PasswordBreached),
        _ => Problems.Of(Problems.PasswordNotText),
    };
}
