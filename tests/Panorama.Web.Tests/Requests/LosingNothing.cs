using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Panorama.Web.Tests.Pages;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Whatever happens between opening a form and sending it, the answer has the true reason and everything that was typed.</summary>
public sealed partial class LosingNothing(StandIn standIn, Deployed deployed) : IClassFixture<Deployed>
{
    private const string Typed = "Typed with care №";

    /// <summary>Mood of Api when the form is sent (null = signed out meanwhile), status of the answer, whether sending again may help.</summary>
    public static readonly TheoryData<bool, string?, HttpStatusCode, bool> Moods = new()
    {
        { true, "broken", HttpStatusCode.BadGateway, true },
        { true, "database", HttpStatusCode.ServiceUnavailable, true },
        { false, "database", HttpStatusCode.ServiceUnavailable, true },
        { true, "broken-me", HttpStatusCode.ServiceUnavailable, true },
        { true, "limited", HttpStatusCode.TooManyRequests, true },
        { true, "forbidden", HttpStatusCode.Forbidden, false },
        { true, null, HttpStatusCode.Unauthorized, true },
    };

    [Theory]
    [MemberData(nameof(Moods))]
    public async Task Every_form_of_every_page_keeps_what_was_typed(bool isDeployed, string? mood, HttpStatusCode status, bool again)
    {
        var web = isDeployed ? deployed.Web : standIn.Web;
        using var before = web.Browser(StandInApi.Cookie());
        using var meanwhile = web.Browser(mood is null ? null : StandInApi.Cookie(mood));
        var (wrong, sent) = (new List<string>(), 0);
        foreach (var path in EveryPage.Pages.Select(p => p.Data).Where(p => p.Item3 is "").Select(p => p.Item2))
        {
            using var opened = await before.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            foreach (var (fields, typed) in FormsOf(await opened.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)))
            {
                sent++;
                using var response = await meanwhile.FormAsync(path, [.. fields]);
                var raw = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var page = WebUtility.HtmlDecode(raw);
                var what = $"{path} {fields[0].Value}";
                if (response.StatusCode != status)
                {
                    wrong.Add($"{what}: {(int)response.StatusCode}");
                }

                if (typed.Find(t => !page.Contains(t, StringComparison.Ordinal)) is { } lost)
                {
                    wrong.Add($"{what}: '{lost}' is lost");
                }

                if (again && !FormsOf(raw).Any(f => fields.TrueForAll(f.Fields.Contains)) && !raw.Contains("aria-invalid=\"true\"", StringComparison.Ordinal))
                {
                    wrong.Add($"{what}: cannot be sent again");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.InRange(sent, 25, 1000);
    }

    [Fact]
    public async Task What_another_site_sent_is_not_kept()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie());
        client.DefaultRequestHeaders.Remove("Origin");
        client.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        using var response = await client.FormAsync($"/assets/{StandInApi.VanId}/archive", ("_handler", "action"), ("reason", Typed));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain(Typed, await response.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_never_shown_again()
    {
        using var client = standIn.Web.Browser(StandInApi.Cookie("database"));

        using var response = await client.FormAsync($"/assets/{StandInApi.VanId}/edit", ("_handler", "asset"), ("password", Typed), ("name", "x"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.DoesNotContain(Typed, await response.TextAsync(), StringComparison.Ordinal);
    }

    /// <summary>Fields of each posted form of pages, the handler first, with something in every field for text.</summary>
    private static List<(List<(string Name, string Value)> Fields, List<string> Typed)> FormsOf(string page)
    {
        var forms = new List<(List<(string, string)>, List<string>)>();
        foreach (var form in Form().Matches(page).Select(m => m.Value).Where(f => f.Contains("name=\"_handler\"", StringComparison.Ordinal) && !f.Contains("type=\"password\"", StringComparison.Ordinal)))
        {
            var (fields, typed) = (new List<(string Name, string Value)>(), new List<string>());
            foreach (Match field in Field().Matches(form))
            {
                var (name, type) = (Attribute(field.Value, "name"), Attribute(field.Value, "type"));
                var value = WebUtility.HtmlDecode(Attribute(field.Value, "value") ?? "");
                if (name is null || type is "radio" or "checkbox" or "submit" or "date" or "time" or "number" or "file" or "image")
                {
                    continue;
                }

                if (type != "hidden")
                {
                    value = string.Create(CultureInfo.InvariantCulture, $"{Typed} {typed.Count}");
                    typed.Add(value);
                }

                fields.Add((name, value));
            }

            forms.Add(([.. fields.OrderBy(f => f.Name != "_handler")], typed));
        }

        return forms;
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } match ? match.Groups["value"].Value : null;

    [GeneratedRegex("<form[^>]*method=\"post\".*?</form>", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Form();

    [GeneratedRegex("<(input|textarea)[^>]*>", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Field();
}
