using System.Text.RegularExpressions;
using System.Xml.Linq;
using Panorama.Core.Notifications;
using Panorama.Web.Components;
using Panorama.Web.Localization;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Wording;

/// <summary>The three languages say the same things.</summary>
public sealed partial class Resources
{
    private static readonly string[] Forms = ["one", "two", "few", "many", "other"];
    private static readonly string[] Languages = ["", ".pt-BR", ".es"];

    // Chosen at run time by a value; each is listed with the values it takes.
    private static readonly string[] DynamicFamilies =
    [
        "badge.", "role.", "shell.theme.", "home.tile.", "home.error.", "asset.sort.", "asset.kind.", "account.sessions.error.", "login.notice.",
        "errors.", "history.", "import.", "nav.", "login.field.", "setup.field.", "asset.field.", "label.field.", "asset.do.", "asset.done.", "asset.error.custom.", "custody.tab.", "custody.empty.title.", "custody.done.",
        "custody.field.", "custody.acceptance.",
        "catalogue.kind.", "catalogue.about.", "catalogue.new.", "catalogue.field.", "catalogue.hint.", "catalogue.label_type.", "catalogue.field_type.", "catalogue.done.",
        "settings.field.", "settings.units.",
        "list.column.", "list.notice.", "bulk.action.", "bulk.field.", "jobs.kind.", "jobs.reason.", "jobs.error.",
        "notices.error.", "notify.mode.", "notify.channel.", "notify.area.", "notify.field.", "suppressed.reason.", "suppressed.error.", "dead.error.", "dead.cause.", "shell.bell.",
        "checklist.done.", "checklist.field.", "checklist.type.", "checklist.severity.", "checklist.brief.", "checklist.scope.kind.", "checklist.item.", "checklist.change.",
        "photo.done.", "photo.mark.shape.", "photo.refused.", "document.refused.", "inspection.done.", "signature.role.", "defect.done.", "defect.tab.", "defect.outcome.", "defect.means.", "defect.field.", "inspection.tab.", "inspection.answers.", "inspection.severity.", "runner.field.", "runner.done.", "runner.computed.", "runner.means.", "runner.state.", "runner.photo.", "runner.error.", "runner.kept.", "runner.waiting.", "runner.held.", "runner.offline", "runner.busy.", "runner.again.", "runner.limited.", "runner.signed-out.", "runner.other-person.", "runner.other-tenant.", "runner.barred.", "runner.full.", "runner.ended.", "runner.removal.", "runner.kept_here.count.", "runner.unsent.count.", "runner.finish.", "runner.sign_out.",
    ];

    public static TheoryData<string> Sets => [.. Texts.Sets.Values.Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_language_has_the_same_keys(string set)
    {
        var bases = Languages.Select(l => Read(set, l).Keys.Where(k => !k.EndsWith(".many", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList()).ToList();

        Assert.Equal(bases[0], bases[1]);
        Assert.Equal(bases[0], bases[2]);
    }

    [Trait("FieldCase", "L10N-01")]
    [Theory]
    [MemberData(nameof(Sets))]
    public void A_count_has_exactly_the_plural_forms_of_its_language(string set)
    {
        foreach (var (language, locale) in Languages.Zip(Locale.All))
        {
            var keys = Read(set, language).Keys.ToHashSet(StringComparer.Ordinal);
            foreach (var stem in keys.Where(k => k.EndsWith(".one", StringComparison.Ordinal)).Select(k => k[..^4]))
            {
                var forms = Forms.Where(f => keys.Contains($"{stem}.{f}"));
                Assert.Equal((stem, string.Join(' ', Plural.Categories(locale))), (stem, string.Join(' ', forms)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_text_has_the_same_placeholders_and_bold_parts_everywhere(string set)
    {
        var english = Read(set, "");
        foreach (var language in Languages[1..])
        {
            foreach (var (key, text) in Read(set, language))
            {
                var original = english[key.EndsWith(".many", StringComparison.Ordinal) ? key[..^5] + ".other" : key];
                Assert.Equal((key, Marks(original)), (key, Marks(text)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_text_is_empty_doubled_or_padded(string set)
    {
        foreach (var language in Languages)
        {
            var all = ReadAll(set, language);
            Assert.Empty(all.GroupBy(e => e.Key, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key));
            Assert.Empty(all.Where(e => e.Text.Length == 0 || e.Text.Trim() != e.Text).Select(e => e.Key));
            Assert.Empty(all.Where(e => Texts.Sets.GetValueOrDefault(e.Key.Split('.')[0]) != set).Select(e => e.Key));
        }
    }

    [Fact]
    public void Every_key_that_code_uses_exists()
    {
        var known = Sets.SelectMany(s => Read(s.Data, "").Keys).ToHashSet(StringComparer.Ordinal);
        List<string> missing = [];
        var used = 0;
        foreach (var file in Repository.Files("Panorama.Web", "*.razor", "*.cs"))
        {
            foreach (Match match in KeyLiteral().Matches(File.ReadAllText(file)))
            {
                var key = match.Groups["key"].Value;
                if (key.EndsWith('.') ? known.Any(k => k.StartsWith(key, StringComparison.Ordinal)) : known.Contains(key) || known.Contains(key + ".other"))
                {
                    used++;
                }
                else
                {
                    missing.Add($"{Path.GetFileName(file)}: {key}");
                }
            }
        }

        Assert.Empty(missing);
        Assert.True(used > 150, $"Only {used} uses were found: the scan is broken.");
    }

    [Fact]
    public void Every_key_is_used()
    {
        var code = string.Join('\n', Repository.Files("Panorama.Web", "*.razor", "*.cs").Select(File.ReadAllText));
        var dead = Sets.SelectMany(s => Read(s.Data, "").Keys)
            .Where(k => !DynamicFamilies.Any(f => k.StartsWith(f, StringComparison.Ordinal)))
            .Where(k => !code.Contains($"\"{PluralEnding().Replace(k, "")}\"", StringComparison.Ordinal));

        Assert.Empty(dead);
    }

    [Fact]
    public void Every_cause_of_an_undelivered_message_has_a_text()
    {
        var texts = new Texts();

        Assert.All(DeliveryCauses.All, cause => Assert.True(texts.Has("dead.cause." + cause), cause));
    }

    [Fact]
    public void Every_problem_code_of_Api_has_a_text()
    {
        var codes = Repository.Files("Panorama.Api", "*.cs").SelectMany(f => ProblemCode().Matches(File.ReadAllText(f)))
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "errors.md").SelectMany(f => DocumentedCode().Matches(File.ReadAllText(f))))
            .Select(m => m.Groups["code"].Value)
            .Concat(
            [
                "malformed_body", "invalid_body", "invalid_query", "authentication_required", "forbidden", "feature_disabled", "concurrency_conflict",
                "version_mismatch", "version_required", "try_again", "database_unavailable", "server_error", "csrf_origin_mismatch", "not_found",
                "invalid_credentials", "link_used_or_expired", "already_set_up", "slug_taken", "asset_not_found", "session_not_found",
                "no_tenant_memberships", "not_a_member_of_this_tenant", "rate_limited", "api_unreachable", "api_unreadable",
            ])
            .Distinct(StringComparer.Ordinal);
        var known = Read("Errors", "").Keys.ToHashSet(StringComparer.Ordinal);

        Assert.All(codes, c => Assert.True(known.Contains("errors." + c) || known.Contains($"errors.{c}.other"), c));
    }

    [Fact]
    public void Every_state_has_a_word()
    {
        var known = Read("Badges", "").Keys.Order(StringComparer.Ordinal);

        Assert.Equal(BadgeLook.All.Keys.Select(k => "badge." + k).Order(StringComparer.Ordinal), known);
    }

    [Fact]
    public void Every_status_of_an_asset_and_every_role_is_known()
    {
        var states = Enum.GetNames<Core.Assets.AssetStatus>().Select(n => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(n)).ToList();
        var kinds = Enum.GetNames<Core.Assets.CategoryKind>().Select(n => "asset.kind." + System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(n));
        var roles = Enum.GetNames<Core.Identity.Role>().Select(n => "role." + System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(n));

        Assert.Equal(states.Order(StringComparer.Ordinal), Panorama.Web.Assets.AssetQuery.States.Order(StringComparer.Ordinal));
        Assert.All(states, s => Assert.True(BadgeLook.All.ContainsKey("asset." + s), s));
        Assert.Empty(kinds.Except(Read("Assets", "").Keys, StringComparer.Ordinal));
        Assert.Empty(roles.Except(Read("Shell", "").Keys, StringComparer.Ordinal));
    }

    private static string Marks(string text) =>
        string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal)) + " bold:" + (text.Split("**").Length - 1);

    private static Dictionary<string, string> Read(string set, string language) =>
        ReadAll(set, language).DistinctBy(e => e.Key, StringComparer.Ordinal).ToDictionary(e => e.Key, e => e.Text, StringComparer.Ordinal);

    private static List<(string Key, string Text)> ReadAll(string set, string language) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, "Panorama.Web", "Resources", set + language + ".resx")).Root!.Elements("data")
            .Select(e => ((string)e.Attribute("name")!, (string)e.Element("value")!))];

    [GeneratedRegex("""(?:\bT\[|\btexts\[|\bT\.Count\(|\btexts\.Count\(|\bKey="|\bT\.Has\(|\?\s*|:\s*|, ")"?(?<key>(?:app|nav|shell|actions|common|role|login|setup|account|home|asset|history|badge|errors|catalogue|settings|photo|document|defect|checklist)\.[A-Za-z_.]+)" """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex KeyLiteral();

    [GeneratedRegex(@"\.(one|many|other|zero)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PluralEnding();

    [GeneratedRegex(@"\{[a-zA-Z]+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex("""new(?: ProblemKind)?\("(?<code>[a-z]+(?:_[a-z]+)*)", \d{3}""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProblemCode();

    [GeneratedRegex(@"^\| `(?<code>[a-z]+(?:_[a-z]+)*)` \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex DocumentedCode();
}
