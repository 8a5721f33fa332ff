using System.Text.RegularExpressions;

namespace Panorama.Architecture.Tests;

public sealed partial class DocumentsHoldTogether
{
    [Fact]
    public void Every_link_to_a_file_of_the_repository_leads_somewhere()
    {
        var dead = from page in Repository.Files
                   where page.EndsWith(".md", StringComparison.Ordinal)
                   from Match link in Link().Matches(Repository.Read(page))
                   let target = link.Groups["target"].Value
                   where !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target))
                   select $"{page} → {target}";

        Findings.None(dead);
    }

    [Fact]
    public void Every_decision_is_in_the_index_once()
    {
        var records = Repository.Files.Where(f => f.StartsWith("docs/adr/0", StringComparison.Ordinal)).Select(f => Path.GetFileName(f));

        var index = Link().Matches(Repository.Read("docs/adr/README.md")).Select(m => m.Groups["target"].Value);

        Assert.Equal(records, index);
    }

    [Fact]
    public void The_README_lists_the_options_that_the_AppHost_takes()
    {
        var names = Repository.Read("Panorama.AppHost/Running/StartOptions.cs").Split("Names = [")[1].Split(']')[0];
        var options = Quoted().Matches(names).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);

        var table = Repository.Read("README.md").Split("## Options of the AppHost")[1].Split("\n## ")[0];
        var documented = Option().Matches(string.Join('\n', table.Split('\n').Where(l => l.StartsWith("| `--", StringComparison.Ordinal)).Select(l => l.Split('|')[1])))
            .Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal);

        Assert.Equal(options, documented);
    }

    [Fact]
    public void The_scripts_that_the_documents_name_exist_and_can_be_run()
    {
        var named = Repository.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(f => Script().Matches(Repository.Read(f)).Select(m => m.Value)).Distinct(StringComparer.Ordinal);

        Findings.None(named.Where(s => !IsExecutable(s)));
    }

    [Fact]
    public void A_dead_link_is_found() => Assert.Equal("docs/nowhere.md", Link().Match("[there](docs/nowhere.md#part)").Groups["target"].Value);

    private static bool IsExecutable(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        return File.Exists(path) && (OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
    }

    [GeneratedRegex(@"\]\((?!\w+:|#)(?<target>[^)#\s]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("\"(?<name>[A-Za-z]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("--(?<name>[A-Za-z]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<![\w/.-])scripts/[a-z-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Script();
}
