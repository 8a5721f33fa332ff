using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Identity;

namespace Panorama.Api.Tenancy;

/// <summary>Commits unless the result is an error; a deadlock or a failed serialization runs the whole handler again.</summary>
internal sealed partial class TenantTransaction(
    TenantSession session, TenantChanges changes, ProvenSessions proven, SessionCookie cookie, ILogger<TenantTransaction> logger) : IEndpointFilter
{
    public const int MaxAttempts = 5;
    private const double BaseDelayMilliseconds = 10;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var cancellationToken = context.HttpContext.RequestAborted;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await next(context);
                if (IsError(result))
                {
                    await session.RollbackAsync();
                }
                else
                {
                    await session.CommitAsync(cancellationToken);
                    Note(context.HttpContext.Request);
                }

                if (session.IsElsewhere)
                {
                    Forget(context.HttpContext);
                }

                return result;
            }
            catch (Exception exception) when (IsLostRace(exception))
            {
                await session.RollbackAsync();
                session.Forget();
                if (attempt == MaxAttempts || !await ReopenAsync(attempt, cancellationToken))
                {
                    LogGaveUp(logger, attempt);
                    return Problems.Unavailable(context.HttpContext, Problems.TryAgain);
                }
            }
            catch (SessionRefusedException refused)
            {
                await session.RollbackAsync();
                if (session.Actor is null)
                {
                    Forget(context.HttpContext);
                }

                return Problems.Of(refused.Problem);
            }
            catch (InvalidOperationException exception) when (session.IsCut)
            {
                await session.RollbackAsync();
                throw new NpgsqlException("The server ended the connection.", exception);
            }
            catch
            {
                await session.RollbackAsync();
                throw;
            }
        }
    }

    private void Note(HttpRequest request)
    {
        if (session.Actor is { TenantId: { } tenant } && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            changes.Add(tenant);
        }
    }

    private void Forget(HttpContext context)
    {
        if (cookie.Read(context.Request) is { } text)
        {
            proven.Remove(text);
        }
    }

    /// <summary>False when the session is not what it was: the answer is then to ask again.</summary>
    private async Task<bool> ReopenAsync(int attempt, CancellationToken cancellationToken)
    {
        // Exponential with full jitter, or the same two meet again.
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * BaseDelayMilliseconds * (1 << attempt)), cancellationToken);
        var before = session.Actor;
        return before is not null && session.TokenHash is { } hash && await session.OpenAsync(hash, cancellationToken) == before;
    }

    private static bool IsLostRace(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: PostgresException inner } => IsLostRace(inner),
        InvalidOperationException { InnerException: DbException inner } => IsLostRace(inner),
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        _ => false,
    };

    private static bool IsError(object? result) => result switch
    {
        INestedHttpResult nested => IsError(nested.Result),
        IStatusCodeHttpResult { StatusCode: >= 400 } => true,
        _ => false,
    };

    [LoggerMessage(201, LogLevel.Warning, "A handler lost its race {Attempts} times")]
    private static partial void LogGaveUp(ILogger logger, int attempts);
}

/// <summary>For routes that work through the sign-in functions: they lock the session's row, which the opened transaction may hold.</summary>
internal sealed class SessionOnly(TenantSession session) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        await session.CommitAsync(context.HttpContext.RequestAborted);
        return await next(context);
    }
}
