using Panorama.Web.Api;

namespace Panorama.Web.Http;

/// <summary>
/// What a phone kept while it had no connection names whose it is, a person in an organisation. The session that came with it has to be of that person there: a
/// request that another one's session would carry out is refused before it reaches Api. The answer says in the same header where that person is now, when it is
/// the same one in another organisation.
/// </summary>
internal sealed class PersonGate(RequestDelegate next)
{
    /// <summary>User and tenant with a colon between them.</summary>
    public const string Header = "Panorama-Person";

    public static string Of(Viewer viewer) => $"{viewer.UserId}:{viewer.CurrentTenantId}";

    public async Task InvokeAsync(HttpContext context, IdentityClient identity)
    {
        if (context.Request.Headers[Header] is not [{ } person])
        {
            await next(context);
            return;
        }

        var (viewer, problem) = await identity.MeAsync(context.RequestAborted);
        if (viewer is not null && string.Equals(Of(viewer), person, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        // A browser that still sends when it is answered takes it for a lost connection.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        if (problem?.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = problem.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (problem is not null)
        {
            await Problems.WriteAsync(context, problem.Status, problem.Code, "It is not known whose session this is.");
            return;
        }

        if (viewer is not null && person.StartsWith($"{viewer.UserId}:", StringComparison.OrdinalIgnoreCase))
        {
            if (viewer.CurrentTenantId is null)
            {
                await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "forbidden", "This person belongs to no organisation any more.");
                return;
            }

            context.Response.Headers[Header] = Of(viewer);
        }

        await Problems.WriteAsync(context, StatusCodes.Status409Conflict, "signed_in_as_other", "The session is of somebody else, or of another organisation.");
    }
}
