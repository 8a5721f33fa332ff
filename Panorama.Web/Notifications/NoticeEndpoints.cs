using System.Globalization;
using Panorama.Web.Api;
using Panorama.Web.Http;
using Panorama.Web.Shell;

namespace Panorama.Web.Notifications;

/// <summary>The buttons of the inbox, of the addresses without mail and of what could not be delivered.</summary>
internal static class NoticeEndpoints
{
    private const string Inbox = "/notifications";
    private const string Suppressions = "/admin/mail-suppressions";
    private const string DeadLetters = "/admin/dead-letters";

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/notifications/{id:guid}/read", ReadAsync).DisableAntiforgery();
        routes.MapPost("/notifications/read-all", ReadAllAsync).DisableAntiforgery();
        routes.MapPost("/admin/mail-suppressions/{id:guid}/release", ReleaseAsync).DisableAntiforgery();
        routes.MapPost("/admin/dead-letters/move", MoveAsync).DisableAntiforgery();
        routes.MapPost("/admin/dead-letters/requeue-all", RequeueAllAsync).DisableAntiforgery();
    }

    private static async Task<IResult> ReadAsync(Guid id, HttpContext context, NotificationsClient api)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var result = await api.ReadAsync(id, context.RequestAborted);
        var back = ReturnUrl.Safe(form["return"]) is { } given && given.StartsWith(Inbox, StringComparison.Ordinal) ? given : Inbox;
        return ShellEndpoints.SeeOther(result.Problem is null or { Code: "notice_not_found" } ? back : Where(result.Problem, Inbox));
    }

    private static async Task<IResult> ReadAllAsync(HttpContext context, NotificationsClient api, TimeProvider clock)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var until = DateTimeOffset.TryParse(form["until"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : clock.GetUtcNow();
        var result = await api.ReadAllAsync(until, context.RequestAborted);
        return ShellEndpoints.SeeOther(Where(result.Problem, Inbox));
    }

    private static async Task<IResult> ReleaseAsync(Guid id, HttpContext context, NotificationsClient api)
    {
        var result = await api.ReleaseAsync(id, context.RequestAborted);
        return ShellEndpoints.SeeOther(result.Problem is null ? Suppressions + "?done=released" : Where(result.Problem, Suppressions));
    }

    private static async Task<IResult> MoveAsync(HttpContext context, NotificationsClient api)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        List<DeadKey> letters = [.. form["letter"].Select(Key).OfType<DeadKey>()];
        var reason = form["reason"].ToString().Trim();
        if (letters.Count == 0 || reason.Length == 0)
        {
            return ShellEndpoints.SeeOther($"{DeadLetters}?error={(letters.Count == 0 ? "nothing" : "reason")}");
        }

        if (form["op"].ToString() is not ("requeue" or "discard"))
        {
            return ShellEndpoints.SeeOther($"{DeadLetters}?error=failed");
        }

        var isDiscard = form["op"] == "discard";
        var result = await api.MoveAsync(isDiscard ? "discard" : "requeue", letters, reason, context.RequestAborted);
        return ShellEndpoints.SeeOther(result.Value is { } moved
            ? string.Create(CultureInfo.InvariantCulture, $"{DeadLetters}?done={(isDiscard ? "discarded" : "requeued")}&moved={moved.Moved}")
            : Where(result.Problem, DeadLetters));
    }

    // One batch a request: the page that follows shows how far it is and goes on, by itself where the browser runs scripts.
    private static async Task<IResult> RequeueAllAsync(HttpContext context, NotificationsClient api)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reason = form["reason"].ToString().Trim();
        if (reason.Length == 0)
        {
            return ShellEndpoints.SeeOther($"{DeadLetters}?error=reason");
        }

        var before = int.TryParse(form["moved"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var result = await api.RequeueAllAsync(reason, context.RequestAborted);
        if (result.Value is not { } moved)
        {
            return ShellEndpoints.SeeOther(Where(result.Problem, DeadLetters));
        }

        var query = QueryString.Create("moved", (before + moved.Moved).ToString(CultureInfo.InvariantCulture));
        query = moved is { Left: > 0, Moved: > 0 }
            ? query.Add("left", moved.Left.ToString(CultureInfo.InvariantCulture)).Add("reason", reason)
            : query.Add("done", "requeued");
        return ShellEndpoints.SeeOther(DeadLetters + query);
    }

    private static DeadKey? Key(string? text) =>
        text?.Split('|') is [var at, var id] && Guid.TryParseExact(id, "D", out var letter)
        && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var eventAt) ? new(eventAt, letter) : null;

    private static string Where(ApiProblem? problem, string page) => problem switch
    {
        null => page,
        { Status: StatusCodes.Status401Unauthorized } => $"/login?next={Uri.EscapeDataString(page)}&notice=session_ended",
        { IsOutage: true } => $"{page}?error=outage",
        { Code: "suppression_not_found" } => $"{page}?error=not_found",
        _ => $"{page}?error=failed",
    };
}
