using Microsoft.Extensions.Configuration;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.AppHost.Tests.ServiceDefaults;

/// <summary>The catalogue is what the page of the settings and the example file are written from; PANORAMA_UPDATE_SNAPSHOTS=1 writes them anew.</summary>
public sealed class SettingsAreCatalogued
{
    private const string Page = "docs/configuration.md";
    private const string ExampleFile = ".env.example";
    private const string Heading = "| Setting | Read by | Default | Meaning |\n| --- | --- | --- | --- |\n";

    private static readonly string Root = FindRoot(AppContext.BaseDirectory);
    private static readonly bool IsUpdating = Environment.GetEnvironmentVariable("PANORAMA_UPDATE_SNAPSHOTS") == "1";

    [Fact]
    public async Task The_page_of_the_settings_has_exactly_the_rows_of_the_catalogue()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root, Page), TestContext.Current.CancellationToken);
        var parts = page.Split(Heading);
        Assert.Equal(2, parts.Length);
        var rest = parts[1][parts[1].IndexOf("\n\n", StringComparison.Ordinal)..];
        var expected = parts[0] + Heading + string.Join('\n', SettingCatalogue.Settings.Select(s => s.Row)) + rest;
        if (IsUpdating)
        {
            await File.WriteAllTextAsync(Path.Combine(Root, Page), expected, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, page);
    }

    [Fact]
    public async Task The_example_file_is_current()
    {
        var path = Path.Combine(Root, ExampleFile);
        if (IsUpdating)
        {
            await File.WriteAllTextAsync(path, EnvExample.Text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(EnvExample.Text, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_secret_of_the_catalogue_may_come_from_a_file() => Assert.Empty(
        SettingCatalogue.Settings.Where(s => s.IsSecret).Select(s => s.Name).Except(SettingNames.Secrets, StringComparer.Ordinal));

    [Fact]
    public void Each_name_stands_there_once()
    {
        var names = SettingCatalogue.Connections.Concat(SettingCatalogue.Settings).Concat(SettingCatalogue.Platform).Select(s => s.Name).ToList();

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
    }

    [Fact]
    public async Task Nothing_of_the_example_file_that_is_secret_can_be_run_with()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Root, ExampleFile), TestContext.Current.CancellationToken);
        var secrets = SettingCatalogue.Connections.Concat(SettingCatalogue.Settings).Where(s => s.IsSecret && s.Name != "SMTP_USER").Select(s => s.Name).ToList();

        Assert.All(secrets, name =>
        {
            var line = Assert.Single(lines, l => l.TrimStart('#').StartsWith(name + "=", StringComparison.Ordinal));
            var configuration = new ConfigurationManager();
            configuration[name.Replace("__", ":", StringComparison.Ordinal)] = line.Split('=', 2)[1];
            var problem = Assert.Single(Assert.Throws<SettingsException>(() => configuration.AddPanoramaSettings()).Problems);
            Assert.StartsWith(name + " ", problem, StringComparison.Ordinal);
            Assert.Contains("example", problem, StringComparison.Ordinal);
        });
    }

    private static string FindRoot(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "Panorama.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
