using System.Net;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Language and appearance by forms alone.</summary>
public sealed class Preferring(StandIn standIn)
{
    [Theory]
    [InlineData(null, "pt-PT,pt;q=0.9,en;q=0.8", null, "pt-BR")]
    [InlineData(null, "fr-FR,es;q=0.5", null, "es")]
    [InlineData(null, "fr-FR", null, "en")]
    [InlineData("es", "pt-BR", null, "es")]
    [InlineData(null, "es", "pt", "pt-BR")]
    [InlineData("es", "en", "pt", "es")]
    [InlineData("xx", "en", "pt", "pt-BR")]
    public async Task The_language_is_the_device_s_choice_then_the_profile_s_then_the_browser_s(string? cookie, string browser, string? profile, string lang)
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Accept-Language", browser);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", $"panorama_locale={cookie}; panorama_session={(profile is null ? "" : StandInApi.Cookie(profile))}");

        var (_, page) = await client.PageAsync(profile is null ? "/login" : "/more");

        Assert.Contains($"<html lang=\"{lang}\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/login", "sign-in")]
    [InlineData("/setup?u=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "first-password")]
    [InlineData("/setup?s=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "first-organisation")]
    public async Task Signing_in_gives_the_profile_s_language_until_another_is_chosen(string path, string form)
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", "panorama_locale=es");

        using var response = await client.FormAsync(
            path, ("_handler", form), ("email", "priya.nair@example.org"), ("password", StandInApi.Password), ("repeat", StandInApi.Password), ("organisation", "Alder"),
            ("slug", "alder"), ("locale", "en"), ("timeZone", "UTC"), ("displayName", "Priya Nair"));
        using var refused = await client.FormAsync("/login", ("_handler", "sign-in"), ("email", "priya.nair@example.org"), ("password", "wrong"));

        Assert.Equal("/home", new Uri(standIn.Web.Address, response.Location()).PathAndQuery);
        Assert.Contains("panorama_locale=; expires=Thu, 01 Jan 1970", response.Cookies(), StringComparison.Ordinal);
        Assert.Equal("", refused.Cookies());
    }

    [Theory]
    [InlineData("pt-br", "/assets?q=van", "/assets?q=van", true)]
    [InlineData("es", "/login?next=%2Fassets", "/login?next=%2Fassets", true)]
    [InlineData("es", "//evil.example", "/home", true)]
    [InlineData("es", "/login\r\nX: y", "/home", true)]
    [InlineData("fr", "/more", "/more", false)]
    public async Task Choosing_a_language_sets_the_cookie_and_goes_back(string locale, string from, string to, bool isSet)
    {
        using var client = standIn.Web.Browser();

        using var response = await client.FormAsync("/locale", ("locale", locale), ("return", from));

        Assert.Equal((HttpStatusCode.SeeOther, to), (response.StatusCode, response.Location()));
        Assert.Equal(isSet, response.Cookies().StartsWith($"panorama_locale={locale}; ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "theme", "dark", "dark")]
    [InlineData("dark", "contrast", "more", "dark.more")]
    [InlineData("dark.more", "density", "compact", "dark.more.compact")]
    [InlineData("dark.more.compact", "theme", "", "more.compact")]
    [InlineData("dark", "theme", "evil\"onload", "device")]
    public async Task Choosing_an_appearance_changes_one_thing_and_keeps_the_rest(string before, string field, string value, string after)
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", "panorama_look=" + before);

        using var response = await client.FormAsync("/appearance", (field, value), ("return", "/more"));

        Assert.Equal("/more", response.Location());
        Assert.StartsWith($"panorama_look={after}; ", response.Cookies(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_writes_the_appearance_on_the_page()
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", "panorama_look=dark.more.compact");
        using var plain = standIn.Web.Browser();

        var (_, page) = await client.PageAsync("/login");
        var (_, unset) = await plain.PageAsync("/login");

        Assert.Contains("data-theme=\"dark\" data-contrast=\"more\" data-density=\"compact\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-theme=", unset, StringComparison.Ordinal);
    }
}
