using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Panorama.Testing;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Inspections;

/// <summary>The pages of checklists on the real Api and a real database, by a browser without script.</summary>
public sealed partial class KeepingChecklists(WholeSystem system) : IClassFixture<WholeSystem>
{
    private const string List = "/admin/inspection-templates";
    private const string New = List + "/new";

    [Fact]
    public async Task A_checklist_of_the_library_is_changed_published_copied_archived_and_restored()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var admin = system.Browser(tenant.FleetAdmin);
        var (_, empty) = await admin.PageAsync(List);
        Assert.Contains("No checklists yet", empty, StringComparison.Ordinal);
        Assert.Contains("href=\"/admin/inspection-templates/new?from=dvir\"", empty, StringComparison.Ordinal);
        var (_, begun) = await admin.PageAsync(New + "?from=dvir");
        Assert.Contains("Source: 49 CFR §396.11(a)(1)", begun, StringComparison.Ordinal);
        var fields = Fields(begun);
        Assert.Equal(("Driver vehicle inspection report", "kind:VEHICLE", 12), (fields.Value("name"), fields.Value("scope"), fields.Count(f => f.Name == "item")));

        using var made = await admin.FormAsync(New, [.. fields.With("name", "Daily report")]);
        var page = Path(made);
        Assert.EndsWith("/edit?done=created", page, StringComparison.Ordinal);
        var (_, edit) = await admin.PageAsync(page);
        Assert.Contains("Daily report is published.", edit, StringComparison.Ordinal);
        Assert.Contains("Version 1 is in use.", edit, StringComparison.Ordinal);
        Assert.Contains("Publish version 2", edit, StringComparison.Ordinal);
        Assert.Equal(fields.Without("name", "key", "version"), Fields(edit).Without("name", "key", "version"));
        var path = page[..^"/edit?done=created".Length];

        using var copied = await admin.FormAsync(path + "/copy", ("name", "Copy of Daily report"), ("key", new string('a', 32)));
        using var copiedAgain = await admin.FormAsync(path + "/copy", ("name", "Copy of Daily report"), ("key", new string('a', 32)));
        Assert.Equal(Path(copied), Path(copiedAgain));
        Assert.Contains("This is the copy: Copy of Daily report.", (await admin.PageAsync(Path(copied))).Body, StringComparison.Ordinal);
        using var archived = await admin.FormAsync(path + "/archive", ("name", "Daily report"));
        var (_, list) = await admin.PageAsync(Path(archived));
        Assert.Contains("Daily report is archived.", list, StringComparison.Ordinal);
        Assert.Contains("Copy of Daily report</a>", list, StringComparison.Ordinal);
        Assert.DoesNotContain(path + "/edit", list, StringComparison.Ordinal);
        Assert.Contains(path + "/edit", (await admin.PageAsync(List + "?archived=true")).Body, StringComparison.Ordinal);
        using var late = await admin.FormAsync(path + "/edit", [.. fields.With("name", "Too late").With("version", "2")]);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("value=\"Too late\"", await late.TextAsync(), StringComparison.Ordinal);
        using var restored = await admin.FormAsync(path + "/restore", ("name", "Daily report"));
        Assert.Contains("Daily report is back.", (await admin.PageAsync(Path(restored))).Body, StringComparison.Ordinal);
    }

    /// <summary>Each button sends the whole form and gets it back rearranged; nothing is stored until it is published.</summary>
    [Fact]
    public async Task Items_are_added_copied_moved_and_removed_by_buttons_and_nothing_that_was_typed_is_lost()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var admin = system.Browser(tenant.Owner);
        var form = Fields((await admin.PageAsync(New)).Body).With("name", "Pre-trip").With("label-1", "Brakes").With("type-1", "BOOLEAN").With("severity-1", "MAJOR").With("help-1", "Two\nlines");

        var page = await PressAsync(form, "add");
        form = Fields(page).With("label-2", "Fuel").With("type-2", "NUMBER").With("min-2", "-1.5").With("max-2", "1,000");
        Assert.Matches("id=\"label-2\"[^>]*autofocus", page);
        page = await PressAsync(form, "up:2");
        Assert.Equal(["2", "1"], Keys(page));
        Assert.Matches("id=\"down-2\"[^>]*autofocus", page); // up can do no more
        page = await PressAsync(Fields(page), "copy:1");
        Assert.Equal(["2", "1", "3"], Keys(page));
        form = Fields(page);
        Assert.Equal(("Brakes", "MAJOR", "Two\nlines"), (form.Value("label-3"), form.Value("severity-3"), form.Value("help-3").ReplaceLineEndings("\n")));
        page = await PressAsync(form, "remove:1");
        Assert.Equal(["2", "3"], Keys(page));
        page = await PressAsync(Fields(page), "down:2");
        Assert.Equal(["3", "2"], Keys(page));
        Assert.Equal(["3", "2"], Keys(await PressAsync(Fields(page), "down:2")));
        Assert.Equal(["3", "2"], Keys(await PressAsync(Fields(page), "up:99")));
        form = Fields(page);
        Assert.Equal(("Pre-trip", "Fuel", "-1.5", "1,000"), (form.Value("name"), form.Value("label-2"), form.Value("min-2"), form.Value("max-2")));
        Assert.Contains("No checklists yet", (await admin.PageAsync(List)).Body, StringComparison.Ordinal);

        using var made = await admin.FormAsync(New, [.. form]);
        var stored = Fields((await admin.PageAsync(Path(made))).Body);
        Assert.Equal(["1", "2"], stored.Where(f => f.Name == "item").Select(f => f.Value));
        Assert.Equal(("Brakes", "Fuel", "-1.5", "1000"), (stored.Value("label-1"), stored.Value("label-2"), stored.Value("min-2"), stored.Value("max-2")));

        async Task<string> PressAsync(List<(string Name, string Value)> fields, string operation)
        {
            using var answer = await admin.FormAsync(New, [.. fields, ("op", operation)]);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_refused_form_keeps_everything_and_says_what_is_wrong_at_which_item()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var admin = system.Browser(tenant.Owner);

        var page = await RefusedAsync(Form(" ", Item("7", "Brakes"), Item("3", " "), Item("9", "Horn")));
        Assert.Contains("2 fields need a look", page, StringComparison.Ordinal);
        Assert.Contains("<title>Error: ", page, StringComparison.Ordinal);
        Marked(page, "name", "Name: fill this in.");
        Marked(page, "label-3", "Item 2, Question or part: fill this in.");
        Assert.Equal(["7", "3", "9"], Keys(page));
        Assert.Equal(["item-3"], Open(page)); // the reader is led to what is wrong, and to nothing else
        Assert.Contains("value=\"Brakes\"", page, StringComparison.Ordinal);

        page = await RefusedAsync(Form(new string('n', 201), Item("7", "Brakes"), Item("9", new string('x', 201), ("help-9", new string('y', 1_001)))));
        Marked(page, "name", "Name: this is too long.");
        page = await RefusedAsync(Form("a", Item("7", "Brakes"), Item("9", new string('x', 201), ("help-9", new string('y', 1_001)), ("type-9", "TEXT"))));
        Marked(page, "label-9", "Item 2, Question or part: this is too long.");
        Marked(page, "help-9", "Item 2, Help text: this is too long.");
        Assert.Contains(new string('y', 1_001), page, StringComparison.Ordinal);
        page = await RefusedAsync(Form("a", Item("1", "Fuel", ("type-1", "NUMBER"), ("min-1", "low"), ("max-1", "1 000"))));
        Assert.Contains("<a href=\"#min-1\">Item 1, At least: this is not in the right form.</a>", page, StringComparison.Ordinal);
        Assert.Contains("value=\"low\"", page, StringComparison.Ordinal);
        page = await RefusedAsync(Form("a", Item("1", "Fuel", ("type-1", "NUMBER"), ("min-1", "2"), ("max-1", "1"))));
        Assert.Contains("<a href=\"#min-1\">Item 1, At least. The lower limit is above the upper one.</a>", page, StringComparison.Ordinal);
        Assert.Contains("A checklist needs at least one item.", await RefusedAsync(Form("a")), StringComparison.Ordinal);
        Assert.Contains("<a href=\"#displayOrder\">", await RefusedAsync(Form("a", Item("1", "b")).With("displayOrder", "soon")), StringComparison.Ordinal);
        Assert.Contains("<a href=\"#scope\">", await RefusedAsync(Form("a", Item("1", "b")).With("scope", "")), StringComparison.Ordinal);
        Assert.Contains("<a href=\"#scope\">", await RefusedAsync(Form("a", Item("1", "b")).With("scope", "category:" + TestTenant.NewId()), HttpStatusCode.NotFound), StringComparison.Ordinal);
        Assert.Contains("A checklist has at most 50 items.", await RefusedAsync(Form("a", [.. Enumerable.Range(1, 51).Select(i => Item(i.ToString(CultureInfo.InvariantCulture), "x"))])), StringComparison.Ordinal);
        Assert.Contains("No checklists yet", (await admin.PageAsync(List)).Body, StringComparison.Ordinal);

        static void Marked(string page, string id, string text)
        {
            Assert.Contains($"<a href=\"#{id}\">{text}</a>", page, StringComparison.Ordinal);
            Assert.Matches($"id=\"{id}\"[^>]*aria-invalid=\"true\"", page);
        }

        static IEnumerable<string> Open(string page) => Regex.Matches(Editor().Match(page).Value, "id=\"(?<id>item-[0-9]+)\"(?:(?!</li>).)*?<details class=\"disclose\" open", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(m => m.Groups["id"].Value);

        async Task<string> RefusedAsync(List<(string, string)> form, HttpStatusCode status = HttpStatusCode.BadRequest)
        {
            using var answer = await admin.FormAsync(New, [.. form]);
            Assert.Equal(status, answer.StatusCode);
            return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Fifty_items_with_as_much_text_as_is_taken_go_through_the_form()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var admin = system.Browser(tenant.Owner);
        var items = Enumerable.Range(1, 50).Select(i => i.ToString(CultureInfo.InvariantCulture)).Select(k => Item(k, "計 " + k, ("help-" + k, new string('語', 320)))).ToArray();

        using var made = await admin.FormAsync(New, [.. Form("Everything", items)]);

        Assert.True(made.StatusCode == HttpStatusCode.Redirect, await made.TextAsync());
        var stored = Fields((await admin.PageAsync(Path(made))).Body);
        Assert.Equal((50, new string('語', 320)), (stored.Count(f => f.Name == "item"), stored.Value("help-50")));
    }

    [Fact]
    public async Task Who_comes_second_sees_both_versions_and_loses_nothing()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var one = system.Browser(tenant.Owner);
        using var two = system.Browser(tenant.FleetAdmin);
        using var made = await one.FormAsync(New, [.. Form("Pre-trip", Item("1", "Brakes"), Item("2", "Horn"), Item("3", "Lights"))]);
        var path = Path(made)[..Path(made).IndexOf('?', StringComparison.Ordinal)];
        var seen = Fields((await two.PageAsync(path)).Body);
        using var first = await one.FormAsync(path, [.. Form("Daily", Item("1", "Brakes", ("required-1", "true")), Item("3", "Lights")).With("version", "1")]);
        Assert.EndsWith("done=saved", Path(first), StringComparison.Ordinal);

        using var second = await two.FormAsync(path, [.. seen.With("label-3", "Lights and indicators").With("description", "Mine")]);
        var page = WebUtility.HtmlDecode(await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Contains("Somebody saved this before you", page, StringComparison.Ordinal);
        foreach (var (label, stored, typed) in new[]
        {
            ("Name", "Daily", "Pre-trip"), ("Description", "–", "Mine"), ("Brakes: Must be answered", "Yes", "No"), ("Item 2", "–", "Horn (Yes or no)"), ("Lights: Question or part", "Lights", "Lights and indicators"),
        })
        {
            Assert.Matches($"(?s)>{Regex.Escape(label)}</th>\\s*<td[^>]*>{Regex.Escape(stored)}</td>\\s*<td[^>]*>{Regex.Escape(typed)}</td>", page);
        }

        var kept = Fields(page);
        Assert.Equal(("Pre-trip", "Lights and indicators", "Mine", "2"), (kept.Value("name"), kept.Value("label-3"), kept.Value("description"), kept.Value("version")));
        using var over = await two.FormAsync(path, [.. kept]);
        Assert.EndsWith("done=saved", Path(over), StringComparison.Ordinal);
        using var twice = await two.FormAsync(path, [.. kept]);
        Assert.EndsWith("done=saved", Path(twice), StringComparison.Ordinal); // sent twice: it is as was wanted
    }

    [Fact]
    public async Task A_version_is_compared_with_the_one_before_and_published_again()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.FormAsync(New, [.. Form("Pre-trip", Item("1", "Brakes"), Item("2", "Horn"), Item("3", "Lights"))]);
        var edit = Path(made)[..Path(made).IndexOf('?', StringComparison.Ordinal)];
        var path = edit[..^"/edit".Length];
        using var saved = await admin.FormAsync(edit, [.. Form("Pre-trip", Item("3", "Lights"), Item("1", "Brakes", ("required-1", "true"), ("severity-1", "MAJOR")), Item("4", "Wipers")).With("version", "1").With("description", "Daily")]);

        var (_, versions) = await admin.PageAsync(path + "/versions");
        Assert.Matches("(?s)Version 2.*Published by .*3 items.*In use.*Version 1.*3 items", versions);
        var (_, second) = await admin.PageAsync(path + "/versions/2");
        Assert.Contains("Changes since version 1", second, StringComparison.Ordinal);
        foreach (var sentence in new[]
        {
            "Added <strong>Wipers</strong> as item 3", "Removed <strong>Horn</strong>, which was item 2", "Moved <strong>Brakes</strong> from 1 to 2", "Changed <strong>Brakes</strong>",
            "<del class=\"prose\">No</del>", "<ins class=\"prose\">Yes</ins>", "<ins class=\"prose\">Major defect</ins>", "<ins class=\"prose\">Daily</ins>",
        })
        {
            Assert.Contains(sentence, Space().Replace(second, " "), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("_handler\" value=\"republish", second, StringComparison.Ordinal);
        var (_, first) = await admin.PageAsync(path + "/versions/1");
        Assert.Contains("The first version", first, StringComparison.Ordinal);
        using var stale = await admin.FormAsync(path + "/versions/1", ("_handler", "republish"), ("version", "1"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var back = await admin.FormAsync(path + "/versions/1", ("_handler", "republish"), ("version", "2"));
        Assert.Equal(path + "/versions?done=republished", Path(back));
        Assert.Equal(["Brakes", "Horn", "Lights"], Fields((await admin.PageAsync(edit)).Body).Where(f => f.Name.StartsWith("label-", StringComparison.Ordinal)).Select(f => f.Value));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.PageAsync(path + "/versions/9")).Status);
    }

    [Fact]
    public async Task A_preview_shows_one_item_a_screen()
    {
        var tenant = await system.CreateInspectingTenantAsync();
        using var admin = system.Browser(tenant.FleetAdmin);
        using var made = await admin.FormAsync(New, [.. Form("Pre-trip", Item("1", "Brakes", ("severity-1", "OUT_OF_SERVICE")), Item("2", "Fuel", ("type-2", "NUMBER"), ("min-2", "0"), ("max-2", "100")))]);
        var path = Path(made)[..Path(made).IndexOf("/edit", StringComparison.Ordinal)] + "/preview";

        var (_, first) = await admin.PageAsync(path);
        Assert.Contains("<h1>Brakes</h1>", first, StringComparison.Ordinal);
        Assert.Contains("Item 1 of 2", first, StringComparison.Ordinal);
        Assert.Contains("Out of service", first, StringComparison.Ordinal);
        Assert.Contains($"href=\"{path}?item=2\"", first, StringComparison.Ordinal);
        var (_, second) = await admin.PageAsync(path + "?item=2");
        Assert.Contains("<h1>Fuel</h1>", second, StringComparison.Ordinal);
        Assert.Contains("From 0 to 100", second, StringComparison.Ordinal);
        Assert.DoesNotContain("item=3", second, StringComparison.Ordinal);
        foreach (var odd in new[] { "item=0", "item=99999999999", "item=x", "item=" })
        {
            Assert.Equal(HttpStatusCode.OK, (await admin.PageAsync($"{path}?{odd}")).Status);
        }
    }

    [Fact]
    public async Task A_file_goes_out_of_one_organisation_and_into_another()
    {
        var (mine, theirs) = (await system.CreateInspectingTenantAsync(), await system.CreateInspectingTenantAsync());
        using var admin = system.Browser(mine.FleetAdmin);
        using var elsewhere = system.Browser(theirs.Owner);
        await system.RunAsync("insert into categories (id, tenant_id, name, kind) values (gen_random_uuid(), $1, 'Box vans', 'VEHICLE')", mine.Id);
        var category = ScopeOf((await admin.PageAsync(New)).Body, "Box vans");
        using var made = await admin.FormAsync(New, [.. Form("Pré-viagem", Item("1", "Freios")).With("scope", category)]);
        var path = Path(made)[..Path(made).IndexOf("/edit", StringComparison.Ordinal)];
        using var exported = await admin.GetAsync(new Uri("/api" + path["/admin".Length..] + "/export", UriKind.Relative), TestContext.Current.CancellationToken);
        var file = await exported.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal("pre-viagem.json", exported.Content.Headers.ContentDisposition!.FileName);

        var refused = await ImportAsync(elsewhere, file, "");
        Assert.Equal((HttpStatusCode.NotFound, true), (refused.Status, refused.Text.Contains("There is no category Box vans here.", StringComparison.Ordinal)));
        var taken = await ImportAsync(elsewhere, file, "kind:VEHICLE");
        Assert.EndsWith("/edit?done=imported", taken.Location, StringComparison.Ordinal);
        var (_, page) = await elsewhere.PageAsync(taken.Location!);
        Assert.Contains("Pré-viagem was imported", page, StringComparison.Ordinal);
        Assert.Equal(("Freios", "kind:VEHICLE"), (Fields(page).Value("label-1"), Fields(page).Value("scope")));
        Assert.EndsWith("/edit?done=imported", (await ImportAsync(admin, file, "")).Location, StringComparison.Ordinal);

        foreach (var (bad, status, text) in new[]
        {
            ("", HttpStatusCode.BadRequest, "Choose a JSON file with a checklist."),
            ("name;kind", HttpStatusCode.BadRequest, "Choose a JSON file with a checklist."),
            ("[]", HttpStatusCode.BadRequest, "The file is not a checklist as it is exported."),
            ("""{"format":"panorama.checklist","formatVersion":1,"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"TEXT"},{"label":"b","itemType":"TEXT","colour":1}]}""", HttpStatusCode.BadRequest, "items[1].colour: this is not known here."),
            ("""{"format":"panorama.checklist","formatVersion":1,"name":"a","categoryKind":"VEHICLE","items":[{"label":"a","itemType":"TEXT","minValue":1}]}""", HttpStatusCode.BadRequest, "items[0].minValue"),
            (new string(' ', 110_000), HttpStatusCode.RequestEntityTooLarge, "What was sent is too large."),
            (new string(' ', 300_000), HttpStatusCode.RequestEntityTooLarge, "What was sent is too large."),
        })
        {
            var answer = await ImportAsync(elsewhere, Encoding.UTF8.GetBytes(bad), "");
            Assert.Equal((text, status), (text, answer.Status));
            Assert.Contains(text, answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_pages_are_for_admins_of_an_organisation_that_has_inspections_on()
    {
        var (on, off) = (await system.CreateInspectingTenantAsync(), await system.CreateTenantAsync());
        using var admin = system.Browser(on.Owner);
        using var made = await admin.FormAsync(New, [.. Form("Pre-trip", Item("1", "Brakes"))]);
        var path = Path(made)[..Path(made).IndexOf("/edit", StringComparison.Ordinal)];
        string[] pages = [List, New, List + "/import", path + "/edit", path + "/preview", path + "/versions", path + "/versions/1"];
        foreach (var (person, status) in new[] { (on.Staff, HttpStatusCode.Forbidden), (on.Driver, HttpStatusCode.Forbidden), (off.Owner, HttpStatusCode.NotFound), (off.Driver, HttpStatusCode.NotFound) })
        {
            using var member = system.Browser(person);
            foreach (var page in pages)
            {
                Assert.Equal((page, status), (page, (await member.PageAsync(page)).Status));
            }

            Assert.DoesNotContain(List, (await member.PageAsync("/home")).Body, StringComparison.Ordinal);
            using var post = await member.FormAsync(New, [.. Form("Mine", Item("1", "Brakes"))]);
            Assert.Equal(status, post.StatusCode);
            using var archive = await member.FormAsync(path + "/archive", ("name", "x"));
            Assert.Contains("error=", Path(archive), StringComparison.Ordinal);
        }

        using var owner = system.Browser(on.Owner);
        Assert.Contains($"href=\"{List}\"", (await owner.PageAsync("/home")).Body, StringComparison.Ordinal);
        using var stranger = system.Browser((await system.CreateInspectingTenantAsync()).Owner);
        foreach (var page in pages[3..])
        {
            Assert.Equal((page, HttpStatusCode.NotFound), (page, (await stranger.PageAsync(page)).Status));
        }
    }

    private static async Task<(HttpStatusCode Status, string? Location, string Text)> ImportAsync(HttpClient browser, byte[] file, string scope)
    {
        using var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var form = new MultipartFormDataContent { { new StringContent("import"), "_handler" }, { new StringContent(scope), "scope" }, { part, "file", "checklist.json" } };
        using var answer = await browser.PostAsync(new Uri(List + "/import", UriKind.Relative), form, TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Headers.Location?.OriginalString, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private static List<(string Name, string Value)> Form(string name, params (string Name, string Value)[][] items) =>
        [("_handler", "checklist"), ("version", "0"), ("name", name), ("scope", "kind:VEHICLE"), ("displayOrder", "0"), .. items.SelectMany(i => i)];

    private static (string Name, string Value)[] Item(string key, string label, params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] own = [("item", key), ("label-" + key, label), ("type-" + key, "BOOLEAN")];
        return [.. own.Where(f => !more.Any(m => m.Name == f.Name)), .. more];
    }

    private static string Path(HttpResponseMessage response) => response.Location()!;

    /// <summary>Keys of the items, in their order.</summary>
    private static IEnumerable<string> Keys(string page) => Fields(page).Where(f => f.Name == "item").Select(f => f.Value);

    /// <summary>What a browser would send of the editor's form.</summary>
    private static List<(string Name, string Value)> Fields(string page)
    {
        var form = Editor().Match(page).Value;
        var fields = new List<(string, string)>();
        foreach (Match field in Control().Matches(form))
        {
            var (name, type) = (Attribute(field.Value, "name"), Attribute(field.Value, "type"));
            if (name is null or "op" || (type == "checkbox" && !field.Value.Contains(" checked", StringComparison.Ordinal)))
            {
                continue;
            }

            var value = field.Groups["tag"].Value switch
            {
                "textarea" => field.Groups["text"].Value,
                "select" => Attribute(Chosen().Match(field.Value) is { Success: true } chosen ? chosen.Value : Option().Match(field.Value).Value, "value") ?? "",
                _ => Attribute(field.Value, "value") ?? "",
            };
            fields.Add((name, WebUtility.HtmlDecode(value)));
        }

        return fields;
    }

    private static string ScopeOf(string page, string name) => Regex.Match(page, $"value=\"(?<scope>category:[0-9a-f-]{{36}})\"[^>]*>{name}<", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["scope"].Value;

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"^[^>]*\\s{name}=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } match ? match.Groups["value"].Value : null;

    [GeneratedRegex("<form[^>]*data-checklist.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Editor();

    [GeneratedRegex("<(?<tag>input)[^>]*>|<(?<tag>textarea)[^>]*>(?<text>.*?)</textarea>|<(?<tag>select)[^>]*>.*?</select>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Control();

    [GeneratedRegex("<option[^>]* selected[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Chosen();

    [GeneratedRegex("<option[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Option();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();
}

internal static class SentFields
{
    public static string Value(this List<(string Name, string Value)> fields, string name) => fields.Single(f => f.Name == name).Value;

    /// <summary>The form with one field filled in otherwise.</summary>
    public static List<(string Name, string Value)> With(this List<(string Name, string Value)> fields, string name, string value) => [.. fields.Where(f => f.Name != name), (name, value)];

    public static List<(string Name, string Value)> Without(this List<(string Name, string Value)> fields, params string[] names) => [.. fields.Where(f => !names.Contains(f.Name, StringComparer.Ordinal))];
}
