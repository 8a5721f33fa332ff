using System.Globalization;
using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Notifications;

public sealed class TryingDeadLettersAgain(ApiApp app)
{
    [Fact]
    public async Task An_owner_sees_causes_and_history_and_requeues_or_discards_with_a_reason()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        var letters = await AddAsync(tenant, 5);
        var theirs = await AddAsync(stranger, 1);
        using var owner = app.Client(tenant.Owner);

        var first = await owner.GetJsonAsync("/api/dead-letters?limit=3");
        var rest = await owner.GetJsonAsync($"/api/dead-letters?limit=3&cursor={first.Text("nextCursor")}");
        var causes = await owner.GetJsonAsync("/api/dead-letters/causes");
        var me = (await owner.GetJsonAsync("/api/auth/me")).GetProperty("waiting");
        var item = first.GetProperty("items")[0];

        Assert.Equal((3, 2), (first.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength()));
        Assert.Equal(
            ("panorama.asset.checked_out", "email", "smtp_550", "550 no such user", tenant.Driver.UserId.ToString()),
            (item.Text("eventType"), item.Text("channel"), item.Text("cause"), item.Text("lastError"), item.Text("recipientUserId")));
        Assert.Equal("550 no such user", item.GetProperty("history")[0].Text("error"));
        Assert.NotEqual(item.Text("eventType"), item.Text("eventName"));
        Assert.Equal((5, 5), (causes.Number("total"), causes.GetProperty("items")[0].Number("count")));
        Assert.Equal(5, me.Number("deadLetters"));

        var requeued = await owner.SendJsonAsync(HttpMethod.Post, "/api/dead-letters/requeue", null, Body([letters[0], theirs[0]], "mail server mended"));
        var discarded = await owner.SendJsonAsync(HttpMethod.Post, "/api/dead-letters/discard", null, Body([letters[1]], "nobody needs it"));
        var some = await owner.SendJsonAsync(HttpMethod.Post, "/api/dead-letters/requeue-all", null, """{"reason":"all of them","limit":2}""");
        var all = await owner.SendJsonAsync(HttpMethod.Post, "/api/dead-letters/requeue-all", null, """{"reason":"all of them"}""");

        Assert.Equal((1, 4), (requeued.Number("moved"), requeued.Number("left")));
        Assert.Equal((1, 3), (discarded.Number("moved"), discarded.Number("left")));
        Assert.Equal((2, 1), (some.Number("moved"), some.Number("left")));
        Assert.Equal((1, 0), (all.Number("moved"), all.Number("left")));
        Assert.Equal("DEAD", await app.RunAsync("select status from notification_deliveries where id = $1", theirs[0].Id));
        Assert.Equal(
            "all of them, all of them, mail server mended",
            await app.RunAsync(
                "select string_agg(metadata->>'reason', ', ' order by metadata->>'reason') from audit_events where tenant_id = $1 and action = 'panorama.notification.requeued'", tenant.Id));
        Assert.Equal(0, (await owner.GetJsonAsync("/api/auth/me")).GetProperty("waiting").Number("deadLetters"));
    }

    [Fact]
    public async Task Letters_are_counted_that_moved_however_many_are_of_one_event_or_pressed_twice()
    {
        var tenant = await app.CreateTenantAsync();
        var letter = (await AddAsync(tenant, 1))[0];
        var twin = TestTenant.NewId();
        await app.RunAsync(
            """
            insert into notification_deliveries (id, event_id, event_at, tenant_id, channel, recipient_key, status, attempts, next_attempt_at, last_error, cause, finished_at)
            select $1, event_id, event_at, tenant_id, channel, $2, status, attempts, next_attempt_at, last_error, cause, finished_at from notification_deliveries where id = $3
            """, twin, tenant.Staff.UserId.ToString(), letter.Id);
        using var owner = app.Client(tenant.Owner);

        var both = await owner.SendJsonAsync(HttpMethod.Post, "/api/dead-letters/requeue", null, Body([letter, (letter.At, twin)], "mended"));
        await app.RunAsync("update notification_deliveries set status = 'DEAD' where tenant_id = $1", tenant.Id);
        var pressed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => owner.SendJsonAsync(HttpMethod.Post, "/api/dead-letters/discard", null, Body([letter], "old"))));

        Assert.Equal(2, both.Number("moved"));
        Assert.Equal([0, 0, 0, 1], pressed.Select(p => p.Number("moved")).Order());
        Assert.Equal(1L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.notification.discarded'", tenant.Id));
    }

    [Theory]
    [InlineData("requeue", """{"letters":[],"reason":"x"}""", "letters:too_short")]
    [InlineData("requeue", """{"letters":[{"eventAt":"2026-11-20T12:00:00Z","id":"0192e4a0-0000-7000-8000-000000000001"}]}""", "reason:required")]
    [InlineData("discard", """{"letters":[{"eventAt":"2026-11-20T12:00:00Z","id":"0192e4a0-0000-7000-8000-000000000001"}],"reason":" "}""", "reason:required")]
    [InlineData("requeue-all", """{"reason":"x","limit":0}""", "limit:out_of_range")]
    [InlineData("requeue-all", """{"reason":"x","limit":1001}""", "limit:out_of_range")]
    public async Task What_is_not_chosen_or_not_explained_is_refused(string verb, string body, string errors)
    {
        var tenant = await app.CreateTenantAsync();
        using var owner = app.Client(tenant.Owner);

        Assert.Equal(errors, await owner.SendErrorsAsync(HttpMethod.Post, $"/api/dead-letters/{verb}", null, body));
    }

    private static string Body(IReadOnlyList<(DateTimeOffset At, Guid Id)> letters, string reason) => JsonSerializer.Serialize(new
    {
        letters = letters.Select(l => new { eventAt = l.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), id = l.Id }),
        reason,
    });

    private async Task<List<(DateTimeOffset At, Guid Id)>> AddAsync(TestTenant tenant, int count)
    {
        List<(DateTimeOffset, Guid)> letters = [];
        var now = TimeProvider.System.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        for (var i = 0; i < count; i++)
        {
            var (at, id, delivery) = (now.AddSeconds(i), TestTenant.NewId(), TestTenant.NewId());
            await app.RunAsync(
                """
                insert into notification_events (id, created_at, tenant_id, event_type, occurred_at, resource_type, resource_id, payload, payload_hash, status, available_at, error_history)
                values ($1, $2, $3, 'panorama.asset.checked_out', $2, 'asset', $1, '{}', '\x00', 'DEAD', $2,
                        jsonb_build_array(jsonb_build_object('attempt', 1, 'error', '550 no such user', 'channel', 'email')))
                """, id, at, tenant.Id);
            await app.RunAsync(
                """
                insert into notification_deliveries (id, event_id, event_at, tenant_id, channel, recipient_key, status, attempts, next_attempt_at, last_error, cause, finished_at)
                values ($1, $2, $3, $4, 'email', $5, 'DEAD', 3, $3, '550 no such user', 'smtp_550', $3)
                """, delivery, id, at, tenant.Id, tenant.Driver.UserId.ToString());
            letters.Add((at, delivery));
        }

        return letters;
    }
}
