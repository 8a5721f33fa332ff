using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;

namespace Panorama.Api.Notifications;

/// <summary>Names a message that was given up.</summary>
public sealed record DeadLetterKey(DateTimeOffset EventAt, Guid Id);

/// <param name="Letters">1 to 500 of them; one that is not there any more is left out.</param>
/// <param name="Reason">Goes into the audit trail.</param>
public sealed record MoveDeadLettersRequest(
    [property: Required, MinLength(1), MaxLength(500)] IReadOnlyList<DeadLetterKey> Letters, [property: Required, PlainText(500)] string Reason);

/// <param name="Reason">Goes into the audit trail.</param>
/// <param name="Limit">1 to 1,000 at a time.</param>
public sealed record RequeueAllRequest([property: Required, PlainText(500)] string Reason, [property: Range(1, 1000)] int Limit = 500);

/// <param name="Moved">How many it was done to.</param>
/// <param name="Left">How many are still given up.</param>
public sealed record MoveDeadLettersResponse(int Moved, long Left);

internal static class MoveDeadLetters
{
    private const string LeftSql = "select coalesce(sum(count), 0)::bigint from notification_dead_causes()";

    public static Task<Ok<MoveDeadLettersResponse>> Requeue(MoveDeadLettersRequest request, TenantSession session, CancellationToken cancellationToken) =>
        MoveAsync("select notification_requeue($1, $2, $3)", request, session.Connection, cancellationToken);

    public static Task<Ok<MoveDeadLettersResponse>> Discard(MoveDeadLettersRequest request, TenantSession session, CancellationToken cancellationToken) =>
        MoveAsync("select notification_discard($1, $2, $3)", request, session.Connection, cancellationToken);

    public static async Task<Ok<MoveDeadLettersResponse>> RequeueAll(RequeueAllRequest request, TenantSession session, CancellationToken cancellationToken)
    {
        var moved = await session.Connection.ScalarAsync<int>(
            "select notification_requeue_all($1, $2)", cancellationToken, Statement.Text(request.Reason.Trim()), Statement.Int(request.Limit));
        return TypedResults.Ok(new MoveDeadLettersResponse(moved, await session.Connection.ScalarAsync<long>(LeftSql, cancellationToken)));
    }

    private static async Task<Ok<MoveDeadLettersResponse>> MoveAsync(
        string sql, MoveDeadLettersRequest request, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var moved = await connection.ScalarAsync<int>(
            sql, cancellationToken,
            new NpgsqlParameter { Value = request.Letters.Select(l => l.EventAt).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            Statement.Uuids(request.Letters.Select(l => l.Id)), Statement.Text(request.Reason.Trim()));
        return TypedResults.Ok(new MoveDeadLettersResponse(moved, await connection.ScalarAsync<long>(LeftSql, cancellationToken)));
    }
}
