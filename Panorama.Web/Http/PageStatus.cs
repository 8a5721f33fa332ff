using System.Globalization;
using Panorama.Web.Api;

namespace Panorama.Web.Http;

internal static class PageStatus
{
    /// <summary>The status of what Api said, with the time to wait where it named one.</summary>
    public static void Answer(this HttpContext context, ApiProblem problem)
    {
        context.Features.Set(problem); // a form that the page no longer has is refused with the same reason
        context.Answer(problem.Status);
        if (problem.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = problem.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The status of a refusal of Web's own.</summary>
    public static void Refuse(this HttpContext context, int status, string code) => context.Answer(new ApiProblem(status, code, TraceId: Tracing.Current(context)));

    /// <summary>
    /// Gives the page being rendered its status. Only when the answer starts: while it renders, a 404 is taken for an address that does
    /// not exist, and the page would be thrown away for the general error page.
    /// </summary>
    public static void Answer(this HttpContext context, int status) =>
        context.Response.OnStarting(() =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
}
