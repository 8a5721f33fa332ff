using System.Text.RegularExpressions;

namespace Panorama.Architecture.Tests;

/// <summary>
/// Where code may work across tenants: it takes a connection of the migrator or the privileged login, or opens a tenant without a session.
/// A new place is a decision, so it is written down here with its reason.
/// </summary>
public sealed partial class PrivilegedCallSites
{
    private static readonly Dictionary<string, string> _places = new(StringComparer.Ordinal)
    {
        ["Panorama.Cli/Audit/AuditVerbs.cs"] = "recomputes every chain",
        ["Panorama.Cli/Database/DatabaseVerbs.cs"] = "names the logins it makes and migrates with",
        ["Panorama.Cli/Database/DoctorVerb.cs"] = "looks for holes, as the migrator",
        ["Panorama.Cli/Demo/DemoVerb.cs"] = "makes two organisations with passwords",
        ["Panorama.Cli/Identity/SetupLinkVerb.cs"] = "writes links, as the migrator",
        ["Panorama.Cli/Identity/UserVerbs.cs"] = "writes passwords, as the migrator",
        ["Panorama.Cli/Identity/UserAddVerb.cs"] = "changes memberships of the tenant the operator names",
        ["Panorama.Cli/Importing/ImportVerbs.cs"] = "imports into the tenant the operator names",
        ["Panorama.Cli/Jobs/JobVerbs.cs"] = "reads and asks for jobs, which belong to no tenant",
        ["Panorama.Cli/Notifications/NotificationVerbs.cs"] = "counts dead letters of every tenant and queues them again",
        ["Panorama.Cli/Photos/LegalHoldVerbs.cs"] = "keeps what is of the tenant the operator names",
        ["Panorama.Cli/Photos/PhotoVerbs.cs"] = "sweeps and compares photos of every tenant, and erases the one the operator names",
        ["Panorama.Cli/Tenancy/FeatureVerbs.cs"] = "switches a feature of the tenant the operator names",
        ["Panorama.Cli/PrepareVerb.cs"] = "names the logins that a local start needs",
        ["Panorama.Cli/Shared/Credentials.cs"] = "writes passwords and links, as the migrator",
        ["Panorama.Cli/Shared/TenantRows.cs"] = "opens the tenant it makes or changes",
        ["Panorama.Cli/Tenancy/TenantVerbs.cs"] = "makes and lists tenants",
        ["Panorama.Core/Importing/AssetImport.cs"] = "opens the tenant of the import",
        ["Panorama.Core/Importing/ImportClaim.cs"] = "takes the next import of any organisation and opens its own",
        ["Panorama.Core/Importing/ImportLedger.cs"] = "opens the tenant of the import",
        ["Panorama.Core/Inspections/SweepStaleInspections.cs"] = "opens each tenant whose inspections it gives up",
        ["Panorama.Core/Lists/BulkWork.cs"] = "opens the tenant of the bulk run",
        ["Panorama.Core/Retention/RemovalLock.cs"] = "opens the tenant whose files are removed",
        ["Panorama.Core/Data/DatabaseBootstrap.cs"] = "makes the logins",
        ["Panorama.Core/Data/DatabaseRoles.cs"] = "their names",
        ["Panorama.Core/Data/Doctor.cs"] = "looks for holes, as the migrator",
        ["Panorama.Core/Data/LoginGuard.cs"] = "what each login may be at most",
        ["Panorama.Core/Data/MigrationRunner.cs"] = "runs DDL, as the migrator",
        ["Panorama.Core/Data/MigrationScript.cs"] = "the same as a file",
        ["Panorama.Worker/Health/DatabaseHealthChecks.cs"] = "checks the Worker's login",
        ["Panorama.Worker/Start/StartChecks.cs"] = "checks the Worker's login",
        ["Panorama.Worker/Start/WorkerOptions.cs"] = "the Worker's only connection",
        ["Panorama.ServiceDefaults/Configuration/SettingNames.cs"] = "names of settings",
        ["Panorama.ServiceDefaults/Configuration/SettingCatalogue.cs"] = "what each setting means",
    };

    [Fact]
    public void Only_the_places_of_the_list_work_across_tenants()
    {
        var found = Repository.Sources.Where(f => !f.StartsWith("Panorama.AppHost/", StringComparison.Ordinal) && IsPrivileged(Repository.Read(f))).ToList();

        Findings.None(found.Except(_places.Keys, StringComparer.Ordinal).Select(f => $"{f} is new")
            .Concat(_places.Keys.Except(found, StringComparer.Ordinal).Select(f => $"{f} is listed for nothing")));
    }

    [Theory]
    [InlineData("var source = settings.ConnectionString(\"panorama_privileged\");")]
    [InlineData("await using var connection = await OpenAsync(DatabaseRoles.Migrator);")]
    [InlineData("new NpgsqlCommand(\"select tenant_open($1)\", connection)")]
    public void A_place_is_found(string code) => Assert.True(IsPrivileged(code));

    [Fact]
    public void A_comment_is_no_place() => Assert.False(IsPrivileged("    /// <param name=\"source\">Never that of panorama_privileged.</param>\n"));

    private static bool IsPrivileged(string source) => Privileged().IsMatch(Comment().Replace(source, ""));

    [GeneratedRegex(@"panorama_privileged|panorama_migrator|panorama_bootstrap|DatabaseRoles\.(SuperAdmin|Migrator)\b|\btenant_open\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Privileged();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Comment();
}
