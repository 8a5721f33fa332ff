using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;

namespace Panorama.Api.Notifications;

/// <param name="Until">When the list was shown. What came later stays unread: nobody has seen it.</param>
public sealed record ReadAllRequest(DateTimeOffset Until);

/// <param name="Read">How many were unread.</param>
public sealed record ReadAllResponse(int Read);

internal static class ReadNotices
{
    public static async Task<Results<NoContent, ProblemHttpResult>> One(string id, TenantSession session, TimeProvider clock, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var notice)
        && await session.Connection.ExecuteAsync(
            "update notices set read_at = coalesce(read_at, $2) where id = $1", cancellationToken, Statement.Uuid(notice), Statement.Instant(clock.Now())) == 1
            ? TypedResults.NoContent()
            : Problems.Of(Problems.NoticeNotFound);

    public static async Task<Ok<ReadAllResponse>> All(ReadAllRequest request, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var read = await session.Connection.ExecuteAsync(
            "update notices set read_at = $1 where user_id = (select panorama_current_actor()) and read_at is null and created_at <= $2", cancellationToken,
            Statement.Instant(now), Statement.Instant(request.Until));
        return TypedResults.Ok(new ReadAllResponse(read));
    }
}
