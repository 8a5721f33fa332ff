using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Core.Sql;

namespace Panorama.Api.Notifications;

/// <summary>Nobody is signed in: the token, which the database made and checks, is all there is.</summary>
internal static class Unsubscribe
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(string token, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<bool>("select notification_unsubscribe($1)", cancellationToken, Statement.Text(token))
            ? TypedResults.NoContent()
            : Problems.Of(Problems.NotFound);
    }

    public static RedirectHttpResult Show(string token) => TypedResults.Redirect("/account/notifications");
}
