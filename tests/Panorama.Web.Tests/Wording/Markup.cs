using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Panorama.Web.Components;
using Panorama.Web.Shell;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Wording;

/// <summary>What the page sources may not contain.</summary>
public sealed partial class Markup
{
    private const char Expression = '\u0001';

    [Fact]
    public void No_word_stands_outside_the_resources()
    {
        List<string> found = [];
        foreach (var file in Repository.Files("Panorama.Web", "*.razor"))
        {
            var markup = WithoutCode(File.ReadAllText(file));
            var text = CodeLine().Replace(Tag().Replace(Command().Replace(markup, " "), " "), " ");
            found.AddRange(Word().Matches(text).Select(m => $"{Path.GetFileName(file)}: {m.Value}"));
            found.AddRange(SpokenAttribute().Matches(markup).Select(m => $"{Path.GetFileName(file)}: {m.Value}"));
        }

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("<p>Hello there</p>", "Hello there")]
    [InlineData("<p title=\"Hello\">@T[\"a.b\"]</p>", "")]
    [InlineData("@if (a > b) { <b>@(x ? \"one\" : \"two\")</b> }", "")]
    public void The_scan_sees_text_and_not_code(string razor, string expected)
    {
        var text = CodeLine().Replace(Tag().Replace(WithoutCode(razor), " "), " ");

        Assert.Equal(expected, string.Join(' ', Word().Matches(text).Select(m => m.Value)));
    }

    [Fact]
    public void Nothing_is_styled_or_scripted_inline()
    {
        var found = Repository.Files("Panorama.Web", "*.razor")
            .SelectMany(f => Inline().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetFileName(f)}: {m.Value}"));

        Assert.Empty(found);
    }

    [Fact]
    public void Every_icon_in_use_is_in_the_sprite()
    {
        var sprite = XDocument.Load(Path.Combine(Repository.Root, "Panorama.Web", "wwwroot", "icons.svg")).Descendants()
            .Select(e => (string?)e.Attribute("id")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var used = Repository.Files("Panorama.Web", "*.razor").SelectMany(f => IconUse().Matches(File.ReadAllText(f)))
            .SelectMany(m => Literal().Matches(m.Value.Contains("@(", StringComparison.Ordinal) ? m.Value[(m.Value.IndexOf("@(", StringComparison.Ordinal) + 2)..] : m.Value))
            .Select(m => m.Groups["name"].Value)
            .Where(n => n is not ("ok" or "warn" or "bad" or "light" or "dark"))
            .Concat(BadgeLook.All.Values.Select(l => l.Icon))
            .Concat(Navigation.Main.Concat(Navigation.Account).Concat(Navigation.Administration).Select(i => i.Icon))
            .Concat(HistoryIcon().Matches(File.ReadAllText(Path.Combine(Repository.Root, "Panorama.Web", "Assets", "HistoryLine.cs"))).Select(m => m.Groups["name"].Value))
            .Distinct(StringComparer.Ordinal).ToList();

        Assert.True(used.Count > 40, $"Only {used.Count} icons were found: the scan is broken.");
        Assert.Empty(used.Except(sprite, StringComparer.Ordinal));
    }

    [Fact]
    public void The_licences_of_icons_and_font_are_served_beside_them()
    {
        var root = Path.Combine(Repository.Root, "Panorama.Web", "wwwroot");

        Assert.Contains("ISC License", File.ReadAllText(Path.Combine(root, "icons.LICENSE.txt")), StringComparison.Ordinal);
        Assert.Contains("SIL OPEN FONT LICENSE", File.ReadAllText(Path.Combine(root, "fonts", "OFL.txt")), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The markup of a file with each Razor expression replaced by one mark, so that quotes and angle brackets in code do not confuse.</summary>
    private static string WithoutCode(string razor)
    {
        var code = razor.IndexOf("\n@code", StringComparison.Ordinal);
        var source = Comment().Replace(code < 0 ? razor : razor[..code], " ");
        source = Directive().Replace(source, " ");
        var result = new StringBuilder();
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != '@')
            {
                result.Append(source[i]);
                continue;
            }

            i = EndOfExpression(source, i + 1) - 1;
            result.Append(Expression);
        }

        return result.ToString();
    }

    private static int EndOfExpression(string source, int at)
    {
        while (at < source.Length)
        {
            if (char.IsLetterOrDigit(source[at]) || source[at] is '_' || (source[at] is '.' or '?' && at + 1 < source.Length && (char.IsLetter(source[at + 1]) || source[at + 1] == '.')))
            {
                at++;
            }
            else if (source[at] is '(' or '[' || (source[at] == ' ' && at + 1 < source.Length && source[at + 1] == '(' && IsKeyword(source, at)))
            {
                at = EndOfBrackets(source, source[at] == ' ' ? at + 1 : at);
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static bool IsKeyword(string source, int end) =>
        source[..end].EndsWith("@if", StringComparison.Ordinal) || source[..end].EndsWith("@foreach", StringComparison.Ordinal)
        || source[..end].EndsWith("@switch", StringComparison.Ordinal);

    private static int EndOfBrackets(string source, int at)
    {
        var depth = 0;
        for (; at < source.Length; at++)
        {
            if (source[at] == '"')
            {
                at = source.IndexOf('"', at + 1);
            }
            else if (source[at] is '(' or '[' or '{')
            {
                depth++;
            }
            else if (source[at] is ')' or ']' or '}' && --depth == 0)
            {
                return at + 1;
            }
        }

        return at;
    }

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^@(page|using|inject|inherits|layout|attribute|namespace).*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Directive();

    // A shell command in <code> is the same in every language.
    [GeneratedRegex("<code[^>]*>[^<]*</code>", RegexOptions.None, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^\s*(var \w+ = [^\n]*;|(else )?if \([^\n]*\)|else)(?=\s)|\belse\b(?=\s*\{)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"\p{L}{2,}(?:\s+\p{L}{2,})*", RegexOptions.None, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("""\b(placeholder|Placeholder|title|Title|aria-label|alt|Label|Hint|Text)="[^"\u0001]*\p{L}{2,}[^"\u0001]*" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex SpokenAttribute();

    [GeneratedRegex("""\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\bsrc=)|javascript:""", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex("""<Icon Name="(?:[^"@]+"|@\((?:[^()]|\([^()]*\))*\))|\bIcon="[a-z0-9-]+"|Themes = \[.*\];""", RegexOptions.None, 1000)]
    private static partial Regex IconUse();

    [GeneratedRegex("\"(?<name>[a-z][a-z0-9-]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex("""\("[a-z_]+", "(?<name>[a-z0-9-]+)", (?:null|"[a-z]+")\)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HistoryIcon();
}
