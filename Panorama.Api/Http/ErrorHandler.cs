using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Api.Http;

/// <summary>Turns what was thrown into a problem. Refusals are returned, not thrown: what arrives here is bad input to the framework, an outage or a bug.</summary>
internal sealed partial class ErrorHandler(StorageWatch storage, ILogger<ErrorHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException or IOException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Describe(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Whether the database was not there, as opposed to having refused something.</summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        PostgresException p => p.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.IdleSessionTimeout || p.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException => true,
        SocketException => true,
        InvalidOperationException { InnerException: { } inner } => IsOutage(inner),
        DbUpdateException { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };

    /// <summary>Whether every connection of the pool was in use for as long as a request waits for one: the database is there, and so are others.</summary>
    public static bool IsBusy(Exception exception) => exception switch
    {
        PostgresException => false,
        NpgsqlException { InnerException: TimeoutException } waited => waited.Message.Contains("pool has been exhausted", StringComparison.Ordinal),
        { InnerException: { } inner } => IsBusy(inner),
        _ => false,
    };

    private ProblemHttpResult Describe(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                return BadRequest(context, bad);
            case DbUpdateConcurrencyException:
                return Problems.Of(Problems.ConcurrencyConflict);
            case var full when storage.Saw(full):
                LogStorageFull(logger, full.GetBaseException().Message);
                return Problems.Of(Problems.StorageFull);
            case PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable }:
                LogGaveUp(logger, exception);
                return Problems.Unavailable(context, Problems.TryAgain);
            case NpgsqlException or InvalidOperationException or DbUpdateException when IsBusy(exception):
                AccessMetrics.DatabaseBusy();
                LogBusy(logger);
                return Problems.Unavailable(context, Problems.TryAgain);
            case DbException or InvalidOperationException or DbUpdateException or SocketException when IsOutage(exception):
                AccessMetrics.DatabaseAway();
                LogDatabaseAway(logger, exception.GetBaseException().Message);
                return Problems.Unavailable(context, Problems.DatabaseUnavailable);
            default:
                if (exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
                {
                    AccessMetrics.DatabaseDenied();
                }

                LogUnhandled(logger, exception);
                return Problems.Of(Problems.ServerError);
        }
    }

    private static ProblemHttpResult BadRequest(HttpContext context, BadHttpRequestException exception) => exception switch
    {
        InvalidMembersException members => Problems.Members(members.Errors),
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", JsonBody.MaxBytes))),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Problems.Of(Problems.UnsupportedMediaType),
        { StatusCode: StatusCodes.Status408RequestTimeout } => Problems.Of(Problems.RequestTimeout),
        { InnerException: JsonException json } => Body(context, JsonBody.Explain(json)),
        _ when JsonBody.WasRead(context) => Body(context, JsonBody.NoObject),
        _ => Problems.Of(Problems.InvalidQuery),
    };

    private static ProblemHttpResult Body(HttpContext context, Dictionary<string, string[]> errors)
    {
        if (JsonBody.IsMalformed(context))
        {
            return Problems.Of(Problems.MalformedBody);
        }

        return Problems.Members(errors);
    }

    [LoggerMessage(101, LogLevel.Error, "Unhandled exception")]
    private static partial void LogUnhandled(ILogger logger, Exception exception);

    [LoggerMessage(102, LogLevel.Error, "The database cannot be reached: {Reason}")]
    private static partial void LogDatabaseAway(ILogger logger, string reason);

    [LoggerMessage(105, LogLevel.Warning, "Every connection to the database was in use for two seconds")]
    private static partial void LogBusy(ILogger logger);

    [LoggerMessage(104, LogLevel.Error, "The database takes no more data: {Reason}")]
    private static partial void LogStorageFull(ILogger logger, string reason);

    [LoggerMessage(103, LogLevel.Warning, "A statement was given up")]
    private static partial void LogGaveUp(ILogger logger, Exception exception);
}
