namespace Panorama.Architecture.Tests;

/// <summary>
/// A managed platform's own key to everything passes by row security. Nothing of Panorama uses it, so its name stands only where it is refused, where that is
/// tested, and where operators are warned of it.
/// </summary>
public sealed class NobodyNamesTheAccountKey
{
    private const string Name = "service" + "_role";

    // File by file, not folder by folder: a new place is a decision.
    private static readonly string[] _places =
    [
        "Panorama.ServiceDefaults/Configuration/Passwords.cs",
        "docs/adr/0013-where-the-staging-system-runs.md",
        "docs/configuration.md",
        "docs/en/threat-model.md",
        "docs/runbooks/rotate-secrets.md",
        "docs/runbooks/setup-supabase-staging.md",
        "SECURITY.md",
        "tests/Panorama.AppHost.Tests/ServiceDefaults/SettingsAreRead.cs",
        "tests/Panorama.AppHost.Tests/WrongSettings.cs",
        "tests/Panorama.Operations.Tests/RefusingToStart.cs",
    ];

    [Fact]
    public void The_name_stands_where_it_is_refused_and_nowhere_else()
    {
        var found = Repository.Files.Where(f => Path.GetExtension(f) is not (".png" or ".webp" or ".woff2" or ".ico" or ".gz"))
            .Where(f => Contains(Repository.Read(f))).ToList();

        Findings.None(found.Except(_places, StringComparer.Ordinal));
        Assert.Contains(_places[0], found);
    }

    [Theory]
    [InlineData("SUPABASE_SERVICE" + "_ROLE_KEY=x")]
    [InlineData("Username=service" + "_role.abc")]
    [InlineData("service" + "-role")]
    public void It_is_found_in_each_spelling(string text) => Assert.True(Contains(text));

    private static bool Contains(string text) =>
        text.Contains(Name, StringComparison.OrdinalIgnoreCase) || text.Contains(Name.Replace('_', '-'), StringComparison.OrdinalIgnoreCase);
}
