using Panorama.Web.Api;
using Panorama.Web.Shell;

namespace Panorama.Web.Lists;

/// <summary>The two buttons of a run.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/jobs/{id:guid}/cancel", CancelAsync).DisableAntiforgery();
        routes.MapPost("/jobs/{id:guid}/undo", UndoAsync).DisableAntiforgery();
    }

    private static async Task<IResult> CancelAsync(Guid id, HttpContext context, ListsClient lists)
    {
        var result = await lists.CancelAsync(id, context.RequestAborted);
        return ShellEndpoints.SeeOther(Where(result, id));
    }

    private static async Task<IResult> UndoAsync(Guid id, HttpContext context, ListsClient lists)
    {
        var result = await lists.UndoAsync(id, context.RequestAborted);
        return ShellEndpoints.SeeOther(Where(result, id));
    }

    private static string Where(ApiResult<BulkRun> result, Guid id) => result.Problem switch
    {
        null => $"/jobs/{result.Value!.Id}",
        { Status: StatusCodes.Status401Unauthorized } => $"/login?next=%2Fjobs%2F{id}&notice=session_ended",
        { Code: "bulk_run_ended" or "bulk_run_not_ended" or "bulk_run_not_undoable" } problem => $"/jobs/{id}?error={problem.Code}",
        { IsOutage: true } => $"/jobs/{id}?error=outage",
        _ => $"/jobs/{id}?error=failed",
    };
}
