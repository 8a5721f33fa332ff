using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Panorama.Core.Audit;
using Panorama.Core.Notifications;

namespace Panorama.Core.Tests.Audit;

public sealed partial class NamingAuditActions
{
    [Fact]
    public void Each_name_is_registered_once_and_well_formed()
    {
        var names = AuditActions.All.Select(a => a.Name).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.All(names, name => Assert.Matches("^panorama(\\.[a-z]+(_[a-z]+)*){2,3}$", name));
        Assert.Equal(
            typeof(AuditActions).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_the_database_functions_write_is_registered()
    {
        var assembly = typeof(AuditActions).Assembly;
        var written = assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).SelectMany(n =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!);
            return InSql().Matches(reader.ReadToEnd()).Select(m => m.Groups["name"].Value);
        }).ToHashSet(StringComparer.Ordinal);

        Assert.Contains(AuditActions.TenantCreated, written);
        Assert.Empty(written.Except(AuditActions.All.Select(a => a.Name)).Except(EventRegistry.Shipped.All.Select(d => d.Type)));
    }

    [Theory]
    [InlineData("Panorama.Core")]
    [InlineData("Panorama.Api")]
    [InlineData("Panorama.Worker")]
    [InlineData("Panorama.Cli")]
    public void Code_names_an_action_by_its_constant(string project)
    {
        var literals = Directory.EnumerateFiles(Path.Combine(Root(), project), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && Path.GetFileName(f) != "AuditActions.cs"
                && Path.GetFileName(Path.GetDirectoryName(f)) != "Events") // a kind of event is often called as the action that it tells of
            .SelectMany(f => InCode().Matches(File.ReadAllText(f)).Select(m => $"{Path.GetFileName(f)}: {m.Value}"))
            .Where(l => AuditActions.All.Any(a => l.Contains(a.Name, StringComparison.Ordinal)));

        Assert.Empty(literals);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex("'(?<name>panorama\\.[a-z_]+\\.[a-z_.]+[a-z])'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex InSql();

    [GeneratedRegex("[\"']panorama\\.[a-z_]+\\.[a-z_.]+[\"']", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex InCode();
}
