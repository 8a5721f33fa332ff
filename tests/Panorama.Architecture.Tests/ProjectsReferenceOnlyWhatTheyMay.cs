using System.Reflection;
using System.Xml.Linq;

namespace Panorama.Architecture.Tests;

public sealed class ProjectsReferenceOnlyWhatTheyMay
{
    private static readonly string[] _hosts = ["Panorama.AppHost", "Panorama.AppHost.Tests", "Panorama.EndToEnd.Tests"];

    [Fact]
    public void Core_knows_nothing_of_http_scheduling_or_hosting()
    {
        var core = Assembly.Load("Panorama.Core");

        Findings.None(Forbidden(References(core), "Microsoft.AspNetCore", "Quartz", "Aspire.", "Panorama."));
        Findings.None(Forbidden(Packages("Panorama.Core"), "Microsoft.AspNetCore", "Quartz", "Aspire."));
    }

    [Fact]
    public void Web_reaches_data_only_through_the_Api()
    {
        var web = Assembly.Load("Panorama.Web");

        Findings.None(Forbidden(References(web), "Panorama.Core", "Panorama.Api", "Npgsql", "Microsoft.EntityFrameworkCore", "StackExchange.Redis"));
    }

    [Fact]
    public void The_shared_defaults_carry_no_domain_code() =>
        Findings.None(Forbidden(References(Assembly.Load("Panorama.ServiceDefaults")), "Panorama.", "Npgsql", "Microsoft.EntityFrameworkCore"));

    [Fact]
    public void Only_the_AppHost_and_its_tests_name_Aspire_Hosting()
    {
        var projects = Repository.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(f => NamesHosting(Repository.Read(f)))
            .Select(f => Path.GetFileNameWithoutExtension(f));

        Findings.None(projects.Except(_hosts, StringComparer.Ordinal));
        Assert.Contains("Panorama.AppHost", projects, StringComparer.Ordinal);
    }

    [Fact]
    public void A_forbidden_reference_is_found()
    {
        var api = Assembly.Load("Panorama.Api");

        Assert.NotEmpty(Forbidden(References(api), "Microsoft.AspNetCore"));
        Assert.NotEmpty(Forbidden(Packages("Panorama.Worker"), "Quartz"));
    }

    private static bool NamesHosting(string project) =>
        project.Contains("Aspire.Hosting", StringComparison.Ordinal)
        || project.Contains("Aspire.AppHost.Sdk", StringComparison.Ordinal)
        || project.Contains("Panorama.AppHost.csproj", StringComparison.Ordinal);

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(r => r.Name!);

    private static IEnumerable<string> Packages(string project) =>
        XDocument.Parse(Repository.Read($"{project}/{project}.csproj")).Descendants()
            .Where(e => e.Name.LocalName is "PackageReference" or "FrameworkReference")
            .Select(e => (string)e.Attribute("Include")!);

    private static string[] Forbidden(IEnumerable<string> names, params string[] prefixes) =>
        [.. names.Where(n => prefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)))];
}
