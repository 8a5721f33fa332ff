using System.Text.RegularExpressions;

namespace Panorama.Architecture.Tests;

/// <summary>The page of the field cases says what is tested where, and is right.</summary>
public sealed partial class FieldCasesAreNamed
{
    private const int Cases = 40;

    private static readonly List<(string Id, string Projects, string Waits)> Rows =
        [.. Row().Matches(Repository.Read("docs/field-cases.md")).Select(m => (m.Groups["id"].Value, m.Groups["tested"].Value.Trim(), m.Groups["waits"].Value.Trim()))];

    [Fact]
    public void Each_case_is_listed_once_and_is_tested_or_waits_for_something()
    {
        Assert.Equal(Cases, Rows.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Cases, Rows.Count);
        Findings.None(Rows.Where(r => r.Projects.Length == 0 && r.Waits.Length == 0).Select(r => r.Id));
    }

    [Fact]
    public void The_projects_that_the_page_names_are_those_whose_tests_carry_the_id()
    {
        var marked = from file in Repository.Files
                     where file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
                     from Match mark in Mark().Matches(Repository.Read(file))
                     select (Id: mark.Groups["id"].Value, Project: file.Split('/')[1].Split('.')[1]);
        var found = marked.Distinct().Order().Select(m => $"{m.Id} {m.Project}");

        var named = Rows.SelectMany(r => Word().Matches(Brackets().Replace(r.Projects, "")).Select(m => (r.Id, Project: m.Value))).Order().Select(m => $"{m.Id} {m.Project}");

        Assert.Equal(found, named);
    }

    [GeneratedRegex(@"^\| (?<id>[A-Z0-9]+-\d\d) \|[^|]*\|(?<tested>[^|]*)\|(?<waits>[^|]*)\|\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("\\[Trait\\(\"FieldCase\", \"(?<id>[A-Z0-9-]+)\"\\)\\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\([^)]*\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Brackets();

    [GeneratedRegex("[A-Z][A-Za-z]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();
}
