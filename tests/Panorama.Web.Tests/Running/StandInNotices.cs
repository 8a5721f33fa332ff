using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Panorama.Web.Tests.Running;

/// <summary>The inbox, choices, addresses without mail and dead letters of the stand-in's organisation.</summary>
internal static class StandInNotices
{
    public const string NoticeId = "d0000000-0000-7000-8000-000000000001";

    public static void Map(
        WebApplication app, Func<HttpContext, Func<object>, Task> signed, Func<HttpContext, int, string, object?, Task> refuse, Func<HttpContext, string> mood)
    {
        app.MapGet("/api/notifications", context => signed(context, () => new { items = mood(context) == "empty" ? [] : Notices(context.Request.Query["unread"] == "true"), nextCursor = mood(context) == "empty" ? null : "older" }));
        app.MapGet("/api/notifications/count", context => signed(context, () => new { unread = 5, atLeast = false }));
        app.MapPost("/api/notifications/read-all", context => signed(context, () => new { read = 4 }));
        app.MapPost("/api/notifications/{id}/read", (HttpContext context, string id) =>
            id == NoticeId ? NoContent(context) : refuse(context, 404, "notice_not_found", null));
        app.MapGet("/api/me/notification-preferences", context => signed(context, () => Preferences(3)));
        app.MapPut("/api/me/notification-preferences", async context =>
        {
            if (context.Request.Headers.IfMatch != "\"3\"")
            {
                await refuse(context, 412, "version_mismatch", new { version = 3 });
                return;
            }

            await signed(context, () => Preferences(4));
        });
        app.MapGet("/api/notification-defaults", context => signed(context, () => new { events = Events(), version = 7 }));
        app.MapPut("/api/notification-defaults", context => context.Request.Headers.IfMatch == "\"7\""
            ? signed(context, () => new { events = Events(), version = 8 }) : refuse(context, 412, "version_mismatch", new { version = 7 }));
        app.MapGet("/api/mail-suppressions", context => signed(context, () => new
        {
            items = mood(context) == "empty" ? [] : new[]
            {
                Suppression("e0000000-0000-7000-8000-000000000001", "tom.okafor@example.org", "hard_bounce", "550 5.1.1 The email account that you tried to reach does not exist", context.Request.Query["released"] == "true"),
                Suppression("e0000000-0000-7000-8000-000000000002", "a.very.long.address.of.somebody.who.left@subdomain.of.a.long.company.example.org", "unsubscribed", null, context.Request.Query["released"] == "true"),
            },
            nextCursor = mood(context) == "empty" ? null : "older",
        }));
        app.MapPost("/api/mail-suppressions/{id}/release", (HttpContext context, string id) => id.EndsWith('1')
            ? signed(context, () => Suppression(id, "tom.okafor@example.org", "hard_bounce", null, true)) : refuse(context, 404, "suppression_not_found", null));
        app.MapGet("/api/dead-letters", context => signed(context, () => new { items = mood(context) == "empty" ? [] : new[] { Letter(1), Letter(2) }, nextCursor = mood(context) == "empty" ? null : "older" }));
        app.MapGet("/api/dead-letters/causes", context => signed(context, () => new
        {
            total = 1204,
            items = new[]
            {
                new { eventType = "panorama.asset.checked_out", eventName = "Asset lent", channel = "email", cause = "smtp_refused", count = 1200 },
                new { eventType = "panorama.import.finished", eventName = "Import finished", channel = "email", cause = "smtp_unreachable", count = 4 },
            },
        }));
        app.MapPost("/api/dead-letters/{verb}", async (HttpContext context, string verb) =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await signed(context, () => verb != "requeue-all" ? new { moved = 2, left = 1202 }
                : body.Contains("first", StringComparison.Ordinal) ? new { moved = 500, left = 704 } : new { moved = 204, left = 0 });
        });
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static object[] Notices(bool unread)
    {
        object[] fresh =
        [
            Notice(NoticeId, "panorama.asset.checkin_requested", "Inês Carvalho wants to return VAN-014 — Ford Transit Custom", "Inês Carvalho asked to give back VAN-014 — Ford Transit Custom.", "/custody/" + StandInApi.LoanId, "2026-11-26T06:48:00.000Z", null),
            Notice("d0000000-0000-7000-8000-000000000002", "panorama.audit.chain_broken", "The audit trail does not add up", "The verification of this night found a break.", "/home", "2026-11-26T02:47:00.000Z", null),
            Notice("d0000000-0000-7000-8000-000000000003", "panorama.import.finished", "Import of fleet-november.csv finished", "1,192 assets were made, 0 changed and 12 rows rejected.", "/admin/imports", "2026-11-25T16:12:00.000Z", null),
            Notice("d0000000-0000-7000-8000-000000000004", "panorama.something.new", "panorama.something.new", "", null, "2026-11-24T16:12:00.000Z", null),
        ];
        return unread ? fresh :
        [
            .. fresh,
            Notice("d0000000-0000-7000-8000-000000000005", "panorama.auth.password_changed", "Your password was changed", "The password of your account was changed on 20 November 2026, 11:03 (Europe/Dublin).", "/account/sessions", "2026-11-20T11:03:00.000Z", "2026-11-20T12:00:00.000Z"),
        ];
    }

    private static object Notice(string id, string eventType, string title, string text, string? link, string at, string? readAt) => new
    {
        id,
        eventType,
        title,
        text,
        link,
        resourceType = "asset",
        resourceId = StandInApi.VanId,
        occurredAt = at,
        createdAt = at,
        readAt,
    };

    private static object Preferences(int version) => new
    {
        events = Events(),
        quietFrom = "22:00",
        quietUntil = "06:30",
        digestAt = "07:00",
        timeZone = "Europe/Dublin",
        locale = "en",
        version,
    };

    private static object[] Events() =>
    [
        Event("panorama.asset.checked_out", "asset", "Asset lent", false, "daily", "instant", true),
        Event("panorama.asset.checkin_requested", "asset", "Return requested", false, "instant", "instant", false),
        Event("panorama.auth.password_changed", "auth", "Password changed", true, "instant", "instant", false),
        Event("panorama.import.finished", "import", "Import finished", false, "off", "off", true),
    ];

    private static object Event(string type, string area, string name, bool isMandatory, string email, string inApp, bool isChosen) => new
    {
        type,
        area,
        name,
        isMandatory,
        email = new { mode = email, @default = "instant", isChosen },
        inApp = new { mode = inApp, @default = "instant", isChosen = isChosen && inApp != "instant" },
    };

    private static object Suppression(string id, string email, string reason, string? detail, bool released) => new
    {
        id,
        email,
        reason,
        detail,
        eventType = (string?)null,
        createdAt = "2026-11-20T07:10:00.000Z",
        releasedAt = released ? "2026-11-26T07:10:00.000Z" : null,
        releasedByName = released ? "Priya Nair" : null,
    };

    private static object Letter(int number) => new
    {
        eventAt = $"2026-11-25T07:1{number}:00.000Z",
        id = $"f0000000-0000-7000-8000-00000000000{number}",
        eventId = "f1000000-0000-7000-8000-000000000001",
        eventType = "panorama.asset.checked_out",
        eventName = "Asset lent",
        channel = number == 1 ? "email" : "event",
        recipientUserId = (string?)null,
        recipientName = number == 1 ? "Tom Okafor" : null,
        attempts = number,
        cause = "smtp_refused",
        lastError = "550 5.1.1 The email account that you tried to reach does not exist",
        diedAt = "2026-11-26T07:10:00.000Z",
        resourceType = "asset",
        resourceId = StandInApi.VanId,
        history = number == 1 ? new[] { new { attempt = 1, at = "2026-11-25T07:12:00.000Z", error = "450 4.2.0 Greylisted", channel = "email" }, new { attempt = 2, at = "2026-11-25T07:13:00.000Z", error = "550 5.1.1 No such user", channel = "email" } } : [],
    };
}
