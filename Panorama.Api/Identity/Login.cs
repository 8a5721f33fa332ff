using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <param name="Email">Any case.</param>
/// <param name="Password">At least one character.</param>
public sealed record LoginRequest(
    [property: MaxLength(254)] string Email,
    [property: MinLength(1), MaxLength(1000)] string Password);

internal static partial class Login
{
    public static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Handle(
        LoginRequest request, HttpContext context, SignIn signIn, AuthDatabase auth, PasswordGate passwords, ILogger<SignIn> logger,
        CancellationToken cancellationToken)
    {
        request = request with { Email = request.Email.Trim() };
        var lease = await signIn.LimitLoginAsync(context, request.Email);
        if (lease.RetryAfter is not null)
        {
            return SignIn.TooMany(context, lease);
        }

        try
        {
            return await CheckAsync(request, context, signIn, auth, passwords, lease, logger, cancellationToken);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or TimeoutException or IOException)
        {
            await lease.ReleaseAsync(cancellationToken); // an outage is nobody's wrong password
            throw;
        }
    }

    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> CheckAsync(
        LoginRequest request, HttpContext context, SignIn signIn, AuthDatabase auth, PasswordGate passwords, RateLease lease, ILogger<SignIn> logger,
        CancellationToken cancellationToken)
    {
        // PostgreSQL takes no NUL in a text, so there is no such account.
        var row = request.Email.Contains('\0', StringComparison.Ordinal) ? null : await auth.FindPasswordAsync(request.Email, cancellationToken);
        if (await passwords.VerifyAsync(request.Password, row?.SecretHash, cancellationToken) is not { } isRight)
        {
            await lease.ReleaseAsync(cancellationToken);
            return Problems.Unavailable(context, Problems.TryAgain);
        }

        // Unknown, wrong and inactive are one answer.
        if (!isRight || row!.UserStatus != "ACTIVE" || await signIn.StartAsync(context, row.UserId, cancellationToken) is not { } me)
        {
            AccessMetrics.SignInRefused("password");
            await auth.RecordRefusalAsync("password", request.Email, Caller.Of(context), row?.UserId, cancellationToken);
            return Problems.Of(Problems.InvalidCredentials);
        }

        await lease.ReleaseAsync(cancellationToken);
        await RehashAsync(request.Password, row, auth, passwords, logger, cancellationToken);
        LogSignedIn(logger, me.UserId);
        return TypedResults.Ok(me);
    }

    private static async Task RehashAsync(
        string password, PasswordRow row, AuthDatabase auth, PasswordGate passwords, ILogger logger, CancellationToken cancellationToken)
    {
        if (!PasswordHasher.NeedsRehash(row.SecretHash!))
        {
            return;
        }

        // A good sign-in stays one, whatever happens to the better hash.
        if (await passwords.HashAsync(password, cancellationToken) is not { } better
            || !await auth.RehashAsync(row.IdentityId, row.SecretHash!, better, cancellationToken))
        {
            LogNotRehashed(logger, row.IdentityId);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "User {UserId} signed in")]
    private static partial void LogSignedIn(ILogger logger, Guid userId);

    [LoggerMessage(1002, LogLevel.Warning, "The password of identity {IdentityId} was not hashed anew")]
    private static partial void LogNotRehashed(ILogger logger, Guid identityId);
}
