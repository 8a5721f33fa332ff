using System.Net;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Sign-in and out through forms alone.</summary>
public sealed class SigningIn(StandIn standIn)
{
    [Fact]
    public async Task The_right_password_gives_the_browser_Api_s_cookie_and_the_page_asked_for()
    {
        using var client = standIn.Web.Browser();

        using var response = await client.FormAsync(
            "/login?next=%2Fassets%3Fq%3Dvan", ("_handler", "sign-in"), ("next", "/assets?q=van"), ("email", "priya.nair@example.org"), ("password", StandInApi.Password));

        Assert.Equal((HttpStatusCode.Redirect, "/assets?q=van"), (response.StatusCode, new Uri(standIn.Web.Address, response.Location()).PathAndQuery));
        Assert.StartsWith("panorama_session=stand-in-session; Path=/; HttpOnly; SameSite=Lax", response.Cookies(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    public async Task A_foreign_next_leads_home(string next)
    {
        using var client = standIn.Web.Browser();

        using var response = await client.FormAsync(
            "/login", ("_handler", "sign-in"), ("next", next), ("email", "priya.nair@example.org"), ("password", StandInApi.Password));

        Assert.Equal("/home", new Uri(standIn.Web.Address, response.Location()).PathAndQuery);
        Assert.Equal(standIn.Web.Address.Authority, new Uri(standIn.Web.Address, response.Location()).Authority);
    }

    [Fact]
    public async Task A_wrong_password_shows_the_form_again_with_the_mail_and_without_the_password()
    {
        using var client = standIn.Web.Browser();

        using var response = await client.FormAsync(
            "/login", ("_handler", "sign-in"), ("next", "/assets"), ("email", "priya.nair@example.org"), ("password", "wrong horse"));

        var page = await response.TextAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("E-mail or password is not right", page, StringComparison.Ordinal);
        Assert.Contains("value=\"priya.nair@example.org\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"next\" value=\"/assets\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong horse", page, StringComparison.Ordinal);
        Assert.Contains("<title>Error: Sign in · Panorama</title>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "Too many attempts. Try again in 37 seconds.")]
    [InlineData("pt-br", "Tentativas demais. Tente de novo em 37 segundos.")]
    [InlineData("es", "Demasiados intentos. Inténtelo de nuevo en 37 segundos.")]
    public async Task Too_many_attempts_say_how_long_to_wait(string locale, string sentence)
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", "panorama_locale=" + locale);

        using var response = await client.FormAsync("/login", ("_handler", "sign-in"), ("email", "limited@example.org"), ("password", "x"));

        Assert.Equal((HttpStatusCode.TooManyRequests, "37"), (response.StatusCode, response.Header("Retry-After")));
        Assert.Contains(sentence, await response.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_fields_are_named_in_the_summary_and_beside_the_field()
    {
        using var client = standIn.Web.Browser();

        using var response = await client.FormAsync("/login", ("_handler", "sign-in"), ("email", ""), ("password", ""));

        var page = await response.TextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("2 fields need a look", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#email\">E-mail: fill this in.</a>", page, StringComparison.Ordinal);
        Assert.Contains("aria-describedby=\"password-error\" aria-invalid=\"true\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_is_signed_in_passes_straight_through_the_sign_in_page()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());

        using var response = await client.GetAsync(new Uri("/login?next=%2Fmore", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("/more", new Uri(standIn.Web.Address, response.Location()).PathAndQuery);
    }

    [Fact]
    public async Task A_cookie_that_Api_does_not_know_is_removed_and_never_loops()
    {
        using var client = standIn.Web.Browser("expired");

        using var page = await client.GetAsync(new Uri("/assets?q=van", UriKind.Relative), TestContext.Current.CancellationToken);
        using var login = await client.GetAsync(new Uri(page.Location()!, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("/login?next=%2Fassets%3Fq%3Dvan&notice=session_ended", page.Location());
        Assert.Contains("panorama_session=; expires=Thu, 01 Jan 1970", page.Cookies(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains("Your session has ended.", await login.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cookie_every_page_asks_to_sign_in_and_comes_back()
    {
        using var client = standIn.Web.Browser();
        var pages = new[] { "/assets", "/assets/" + StandInApi.VanId, "/account/sessions", "/more" };

        foreach (var path in pages)
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.Redirect, "/login?next=" + Uri.EscapeDataString(path)), (response.StatusCode, response.Location()));
        }
    }

    [Fact]
    public async Task An_unknown_notice_is_not_shown()
    {
        using var client = standIn.Web.Browser();

        var (_, page) = await client.PageAsync("/login?notice=Your+account+was+hacked");

        Assert.DoesNotContain("class=\"banner\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_tells_Api_and_clears_the_cookie()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie("out"));

        using var response = await client.FormAsync("/logout");

        Assert.Equal((HttpStatusCode.SeeOther, "/login?notice=signed_out"), (response.StatusCode, response.Location()));
        Assert.Contains("panorama_session=; expires=Thu, 01 Jan 1970", response.Cookies(), StringComparison.Ordinal);
        Assert.Contains(standIn.Api.Calls, c => c.Path == "/api/auth/logout" && c.Headers["Cookie"] == "panorama_session=" + StandInApi.Cookie("out"));
    }

    [Theory]
    [InlineData(StandInApi.OtherTenant, "return", "/assets/20000000-0000-7000-8000-000000000001", "/assets", true)]
    [InlineData(StandInApi.OtherTenant, "return", "https://evil.example", "/home", true)]
    [InlineData(StandInApi.OtherTenant, "page", "/inspections/20000000-0000-7000-8000-000000000001", "/inspections/20000000-0000-7000-8000-000000000001", true)]
    [InlineData(StandInApi.OtherTenant, "page", "https://evil.example", "/home", true)]
    [InlineData("10000000-0000-7000-8000-0000000000ff", "return", "/assets", "/home?error=switch_failed", false)]
    [InlineData("not-an-id", "page", "/assets", "/home?error=switch_failed", false)]
    public async Task Switching_organisation_gives_the_new_cookie_or_says_why_not(string tenant, string field, string page, string to, bool cookie)
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());

        using var response = await client.FormAsync("/tenants/switch", ("tenantId", tenant), (field, page));

        Assert.Equal((HttpStatusCode.SeeOther, to, cookie), (response.StatusCode, response.Location(), response.Cookies().Length > 0));
    }

    [Fact]
    public async Task A_set_up_link_sets_the_password_once()
    {
        using var client = standIn.Web.Browser();
        var (fresh, used) = (new string('a', 43), "used" + new string('a', 39));

        using var good = await client.FormAsync(
            "/setup?u=" + fresh, ("_handler", "first-password"), ("password", "a long enough one"), ("repeat", "a long enough one"));
        using var gone = await client.FormAsync(
            "/setup?u=" + used, ("_handler", "first-password"), ("password", "a long enough one"), ("repeat", "a long enough one"));
        using var brief = await client.FormAsync("/setup?u=" + fresh, ("_handler", "first-password"), ("password", "short"), ("repeat", "short"));
        using var differing = await client.FormAsync(
            "/setup?u=" + fresh, ("_handler", "first-password"), ("password", "a long enough one"), ("repeat", "another long one"));

        Assert.Equal("/home", new Uri(standIn.Web.Address, good.Location()).PathAndQuery);
        Assert.Contains("panorama_session=", good.Cookies(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
        Assert.Contains("This link no longer works", await gone.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("Password: use at least 12 characters.", await brief.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("The two passwords differ.", await differing.TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alder", "Europe/Dublin", HttpStatusCode.Redirect, null)]
    [InlineData("taken", "Europe/Dublin", HttpStatusCode.Conflict, "another organisation has it")]
    [InlineData("late", "Europe/Dublin", HttpStatusCode.Conflict, "This link no longer works")]
    [InlineData("alder", "Mars/Olympus", HttpStatusCode.BadRequest, "There is no time zone of that name")]
    public async Task The_first_organisation_is_made_or_its_form_comes_back_filled(string slug, string zone, HttpStatusCode status, string? text)
    {
        using var client = standIn.Web.Browser();

        using var response = await client.FormAsync(
            "/setup?s=" + new string('a', 43), ("_handler", "first-organisation"), ("organisation", "Alder Valley Water"), ("slug", slug), ("locale", "es"),
            ("timeZone", zone), ("displayName", "Priya Nair"), ("email", "priya@example.org"), ("password", "a long enough one"), ("repeat", "a long enough one"));

        var page = await response.TextAsync();
        Assert.Equal(status, response.StatusCode);
        if (text is not null)
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
            Assert.True(slug == "late" || page.Contains("value=\"Alder Valley Water\"", StringComparison.Ordinal));
            Assert.DoesNotContain("a long enough one", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sessions_are_ended_by_a_form_and_the_page_says_how_it_went()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());

        using var ended = await client.FormAsync("/account/sessions/end", ("id", "30000000-0000-7000-8000-000000000002"));
        using var gone = await client.FormAsync("/account/sessions/end", ("id", "30000000-0000-7000-8000-000000000009"));
        using var all = await client.FormAsync("/account/sessions/end-all");

        Assert.Equal("/account/sessions?done=ended", ended.Location());
        Assert.Equal("/account/sessions?error=not_found", gone.Location());
        Assert.Equal("/login?notice=signed_out", all.Location());
        Assert.Contains("panorama_session=; expires", all.Cookies(), StringComparison.Ordinal);
    }
}
