using System.Text.RegularExpressions;

namespace Panorama.Architecture.Tests;

/// <summary>The table of docs/configuration.md is what a self-hoster goes by: it names what the code reads, no more and no less.</summary>
public sealed partial class SettingsAreDocumented
{
    private const string Page = "docs/configuration.md";

    // The AppHost gives settings to others and reads one itself.
    private const string Binaries = "Panorama.AppHost/Backing/PostgresBinaries.cs";

    // Reads other names than those that mean something to a process: the ones that are gone, and spellings.
    private const string Names = "Panorama.ServiceDefaults/Configuration/SettingNames.cs";

    // The page is written from it: that a name stands there says nothing of who reads it.
    private const string Catalogue = "Panorama.ServiceDefaults/Configuration/SettingCatalogue.cs";

    private static readonly Dictionary<string, string> _letters = new(StringComparer.Ordinal)
    {
        ["Panorama.Api"] = "A",
        ["Panorama.Worker"] = "W",
        ["Panorama.Web"] = "U",
        ["Panorama.Cli"] = "C",
    };

    // Upper-case words that are no settings: what the wire and the database call their states.
    private static readonly HashSet<string> _words = typeof(Core.Data.PanoramaDbContext).Assembly.GetTypes()
        .Where(t => t.IsEnum).SelectMany(Enum.GetNames).Select(n => SnakeUpper().Replace(n, "_$0").ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);

    [Fact]
    public void Every_setting_that_the_code_reads_is_in_the_table()
    {
        var documented = FirstCell().Matches(Repository.Read(Page)).SelectMany(r => Quoted().Matches(r.Value)).Select(n => n.Groups["name"].Value);

        Findings.None(Sources.SelectMany(Read).Except(documented, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_of_the_table_is_read()
    {
        var read = Sources.SelectMany(Read).ToHashSet(StringComparer.Ordinal);

        Findings.None(Rows().Keys.Where(n => !read.Contains(n)));
    }

    [Fact]
    public void A_row_names_no_process_that_does_not_read_it()
    {
        var readers = Sources.SelectMany(f => Read(f).Select(n => (Name: n, Project: f.Split('/')[0]))).ToLookup(r => r.Name, r => r.Project, StringComparer.Ordinal);

        Findings.None(from row in Rows()
                      where !readers[row.Key].Contains("Panorama.ServiceDefaults", StringComparer.Ordinal) && !readers[row.Key].Contains("Panorama.Core", StringComparer.Ordinal)
                      from project in _letters
                      where row.Value.Contains(project.Value, StringComparison.Ordinal) && !readers[row.Key].Contains(project.Key, StringComparer.Ordinal)
                      select $"{row.Key} is not read by {project.Key}");
    }

    [Fact]
    public void A_process_that_reads_a_setting_is_named_in_its_row()
    {
        var rows = Rows();
        var unnamed = from file in Repository.Sources
                      let project = file.Split('/')[0]
                      where _letters.ContainsKey(project)
                      from name in Read(file)
                      where rows.TryGetValue(name, out var readers) && !readers.Contains(_letters[project], StringComparison.Ordinal)
                      select $"{name} is read by {project}: {file}";

        Findings.None(unnamed);
    }

    [Fact]
    public void Every_name_that_may_be_used_instead_is_in_the_page()
    {
        var page = Repository.Read(Page);
        var aliases = Repository.Read(Names).Split("Aliases =")[1].Split("};")[0];

        Findings.None(from Match alias in Alias().Matches(aliases)
                      let name = alias.Groups["name"].Value.Replace(":", "__", StringComparison.Ordinal)
                      where page.Contains($"`{name}`", StringComparison.Ordinal) // a setting of what is not built yet has no row
                      where !page.Contains($"`{alias.Groups["alias"].Value}`", StringComparison.Ordinal)
                      select $"{alias.Groups["alias"].Value} for {name}");
    }

    private static IEnumerable<string> Sources =>
        Repository.Sources.Where(f => f is not (Names or Catalogue) && (f == Binaries || !f.StartsWith("Panorama.AppHost/", StringComparison.Ordinal)));

    private static IEnumerable<string> Read(string file) =>
        Setting().Matches(Repository.Read(file)).Select(m => m.Groups["name"].Value).Where(n => !_words.Contains(n));

    /// <summary>Name of each row of the table of settings, and the letters of who reads it.</summary>
    private static Dictionary<string, string> Rows() => (from Match row in Row().Matches(Repository.Read(Page))
                                                         from Match name in Quoted().Matches(row.Groups["names"].Value)
                                                         select (Name: name.Groups["name"].Value, Readers: row.Groups["readers"].Value))
        .ToDictionary(r => r.Name, r => r.Readers, StringComparer.Ordinal);

    [GeneratedRegex("\"(?<name>[A-Z][A-Z0-9]*(_[A-Z0-9]+)+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(@"\[""(?<alias>\w+)""\] = ""(?<name>[\w:]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alias();

    [GeneratedRegex(@"^\| (?<names>`[A-Z][^|]*) \| (?<readers>[AWUCH ]+) \|", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `[A-Z][^|]*\|", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex FirstCell();

    [GeneratedRegex("`(?<name>[A-Z][A-Z0-9]*(_[A-Z0-9]+)+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("(?<=[a-z0-9])[A-Z]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SnakeUpper();
}
