using Microsoft.Playwright;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

/// <summary>A browser whose script does not run does everything.</summary>
public sealed class WithoutScript(StandIn standIn, Chromium browser)
{
    [Fact]
    public async Task Sign_in_search_filter_page_theme_language_and_sign_out_work()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(Look: null, Script: false));

        await page.GotoAsync("/assets");
        await page.FillAsync("#email", "priya.nair@example.org");
        await page.FillAsync("#password", StandInApi.Password);
        await page.ClickAsync("main button[type=submit]");
        await Assertions(page, "/assets", "10,214 assets");

        await page.FillAsync("#q", "van");
        await page.PressAsync("#q", "Enter");
        await Assertions(page, "/assets?q=van", "10,214 assets match");

        await page.ClickAsync("#filters > summary");
        await page.CheckAsync("#filters input[value=READY]");
        await page.SelectOptionAsync("#f-category", "Vans");
        await page.ClickAsync("#filters button[type=submit]");
        Assert.Contains("status=READY", page.Url, StringComparison.Ordinal);
        Assert.Contains("categoryId=40000000-0000-7000-8000-000000000001", page.Url, StringComparison.Ordinal);
        Assert.Contains("q=van", page.Url, StringComparison.Ordinal);

        await page.ClickAsync("a[rel=next]");
        Assert.Contains("cursor=next%2Bpage%2Fof%3Dlist", page.Url, StringComparison.Ordinal);
        await page.ClickAsync("a.tag >> nth=0");
        await Assertions(page, "/assets/" + StandInApi.VanId, "23 Jan 2023");

        await page.GotoAsync("/more");
        await page.ClickAsync("main button[name=theme][value=dark]");
        Assert.Equal("dark", await page.GetAttributeAsync("html", "data-theme"));
        await page.ClickAsync("main button[name=locale][value=es]");
        Assert.Equal("es", await page.GetAttributeAsync("html", "lang"));
        await page.ClickAsync("main form[action='/logout'] button");
        await Assertions(page, "/login?notice=signed_out", "Ha cerrado la sesión.");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Notifications_are_read_chosen_and_what_died_is_tried_again()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(), Script: false));
        await page.GotoAsync("/home");
        await page.ClickAsync("a[data-bell]");
        Assert.Equal("Notifications, 4 unread", (await page.Locator("[data-bell-name]").TextContentAsync())!.Trim());
        await page.ClickAsync("[data-unread] button >> nth=0");
        Assert.EndsWith("/notifications", page.Url, StringComparison.Ordinal);
        await page.ClickAsync("form[action='/notifications/read-all'] button");
        Assert.EndsWith("/notifications", page.Url, StringComparison.Ordinal);

        await page.ClickAsync(".page-actions a");
        await page.SelectOptionAsync("select[name='mode:panorama.asset.checked_out:email']", "off");
        await page.FillAsync("#quietFrom", "");
        await page.ClickAsync("main .form-foot button");
        Assert.Equal("true", await page.GetAttributeAsync("#quietFrom", "aria-invalid"));
        Assert.Equal("off", await page.InputValueAsync("select[name='mode:panorama.asset.checked_out:email']"));
        await page.FillAsync("#quietFrom", "21:00");
        await page.ClickAsync("main .form-foot button");
        Assert.EndsWith("/account/notifications?done=saved", page.Url, StringComparison.Ordinal);

        await page.GotoAsync("/admin/mail-suppressions");
        await page.ClickAsync("tbody button >> nth=0");
        Assert.EndsWith("/admin/mail-suppressions?done=released", page.Url, StringComparison.Ordinal);

        await page.GotoAsync("/admin/dead-letters");
        await page.CheckAsync("input[name=letter] >> nth=0");
        await page.FillAsync("#reason", "mended");
        await page.ClickAsync("button[value=requeue]");
        Assert.EndsWith("/admin/dead-letters?done=requeued&moved=2", page.Url, StringComparison.Ordinal);
        await page.FillAsync("#reason-all", "the first");
        await page.ClickAsync("form[action='/admin/dead-letters/requeue-all'] button");
        Assert.EndsWith("/admin/dead-letters?moved=500&left=704&reason=the%20first", page.Url, StringComparison.Ordinal);
        Assert.Equal(("500", "1204"), (await page.GetAttributeAsync("main progress", "value"), await page.GetAttributeAsync("main progress", "max")));
        await EveryPage.ShootAsync(page, "dead-letters-going", new View(360, Script: false));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task With_script_the_bell_follows_a_link_and_batches_go_on_by_themselves()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(1280, Session: StandInApi.Cookie()));
        await page.GotoAsync("/notifications");
        var read = page.WaitForRequestAsync($"**/notifications/{StandInNotices.NoticeId}/read");
        await page.ClickAsync("[data-notice] a >> nth=0");
        Assert.Equal("POST", (await read).Method);

        await page.GotoAsync("/admin/dead-letters?moved=500&left=704&reason=second");
        await page.WaitForURLAsync("**/admin/dead-letters?moved=704&done=requeued");

        await page.Clock.InstallAsync();
        await page.GotoAsync("/home");
        await page.Clock.FastForwardAsync(61_000);
        await Microsoft.Playwright.Assertions.Expect(page.Locator("[data-bell-name]")).ToHaveTextAsync("Notifications, 5 unread");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(320, "dark")]
    public async Task An_edit_that_came_second_is_compared_field_by_field(int width, string look)
    {
        var view = new View(width, "en", look, StandInApi.Cookie("stale"), Script: false);
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        await page.GotoAsync($"/assets/{StandInApi.VanId}/edit");
        await page.FillAsync("#name", "My van");
        await page.FillAsync("#notes", "My note, which must not be lost.");

        await page.ClickAsync("button:has-text('Save changes')");

        Assert.Equal("My van", await page.InputValueAsync("#name"));
        Assert.Equal("My note, which must not be lost.", await page.InputValueAsync("#notes"));
        Assert.Contains("Somebody saved this asset before you", await page.InnerTextAsync("#stale"), StringComparison.Ordinal);
        await page.SettleAsync();
        Assert.Equal(["use-name", "use-notes"], await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#stale input[type=radio]:checked')].map(r => r.name)"));
        await page.CheckAsync("input[name=use-name][value=stored]");
        Assert.True(await page.WidthAsync() <= width);
        await EveryPage.ShootAsync(page, "asset-edit-stale", view);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1280, "light")]
    [InlineData(320, "dark")]
    public async Task Fields_are_filled_in_at_check_out_and_compared_when_somebody_came_first(int width, string look)
    {
        const string InsuranceUntil = "#cf-a0000000-0000-7000-8000-000000000001";
        const string Payload = "#cf-a0000000-0000-7000-8000-000000000002";
        const string Fuel = "#cf-a0000000-0000-7000-8000-000000000004";
        var view = new View(width, "en", look, StandInApi.Cookie("stale"), Script: false);
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        await page.GotoAsync($"/assets/{StandInApi.VanId}/check-out");
        Assert.Equal(("2026-12-31", "1050"), (await page.InputValueAsync(InsuranceUntil), await page.InputValueAsync(Payload)));
        await page.CheckAsync("input[name=targetId] >> nth=0");
        await page.FillAsync(Payload, "a lot");
        await page.SelectOptionAsync(Fuel, "Electric");
        await page.ClickAsync("button:has-text('Check out VAN-014')");
        Assert.Equal(("true", "a lot"), (await page.GetAttributeAsync(Payload, "aria-invalid"), await page.InputValueAsync(Payload)));

        await page.FillAsync(Payload, "1,060");
        await page.ClickAsync("button:has-text('Check out VAN-014')");

        Assert.Contains("Somebody saved this asset before you", await page.InnerTextAsync("#stale"), StringComparison.Ordinal);
        Assert.Equal(("1,060", "Electric"), (await page.InputValueAsync(Payload), await page.InputValueAsync(Fuel)));
        await page.SettleAsync();
        Assert.Equal(2, await page.Locator("#stale input[type=radio]:checked").CountAsync());
        Assert.True(await page.IsCheckedAsync("input[name=targetId] >> nth=0"));
        Assert.True(await page.WidthAsync() <= width);
        await EveryPage.ShootAsync(page, "check-out-stale", view);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Fields_are_filled_in_at_check_in()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View(360, Session: StandInApi.Cookie(), Script: false));
        await page.GotoAsync($"/assets/{StandInApi.LaptopId}/check-in");
        Assert.Equal(0, await page.Locator("#cf-a0000000-0000-7000-8000-000000000004").CountAsync()); // asked for at check-out alone
        await page.FillAsync("#cf-a0000000-0000-7000-8000-000000000001", "2027-01-31");
        await page.CheckAsync("[id='cf-a0000000-0000-7000-8000-000000000005'] input[value=Ramp]");
        await page.FillAsync("#cf-a0000000-0000-7000-8000-000000000006", "Two lines,\nno less.");
        await page.ClickAsync("main .form-foot button");
        Assert.EndsWith($"/assets/{StandInApi.LaptopId}?done=check-in", page.Url, StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    private async Task Assertions(IPage page, string path, string text)
    {
        Assert.Equal(new Uri(standIn.Web.Address, path).ToString(), page.Url);
        Assert.Contains(text, await page.InnerTextAsync("body"), StringComparison.Ordinal);
    }
}
