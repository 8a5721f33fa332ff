using System.Text.RegularExpressions;
using Panorama.Core.Data;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>Each process against each fault of its settings: it ends at once, with one sentence that names the key and never the value.</summary>
public sealed partial class RefusingToStart(TestDatabase database)
{
    private const int BadSettings = 78;
    private const int Failed = 1;
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZSJ9.c2lnbmF0dXJlLW9mLWEta2V5";
    private const string Elsewhere = "Host=db.example.org;Database=panorama;Password=k3Tq9vWz7LxPmR;";

    // The connections that each process is given.
    private static readonly Dictionary<string, string[]> Connections = new(StringComparer.Ordinal)
    {
        ["Api"] = ["panorama", "panorama_auth"],
        ["Worker"] = ["panorama_privileged"],
        ["Cli"] = ["panorama_migrator"],
    };

    private static readonly Dictionary<string, string[]> Secrets = new(StringComparer.Ordinal)
    {
        ["Api"] = ["SESSION_SECRET", "SESSION_SECRET_PREVIOUS", "DATA_KEY", "DATA_KEY_PREVIOUS", "MAIL_FEEDBACK_SECRET"],
        ["Worker"] = ["AUDIT_SIGNING_KEY", "SMTP_PASSWORD"],
        ["Cli"] = ["AUDIT_SIGNING_KEY"],
    };

    /// <summary>Process, key, value, beginning of the sentence.</summary>
    public static TheoryData<string, string, string, string> Faults
    {
        get
        {
            var faults = new TheoryData<string, string, string, string>();
            foreach (var (process, names) in Connections)
            {
                foreach (var name in names.Select(n => $"ConnectionStrings__{n}"))
                {
                    faults.Add(process, name, Elsewhere + "Username=service_role;SSL Mode=VerifyFull", $"{name} names service_role");
                    faults.Add(process, name, "postgresql://service_role.abcdefgh:k3Tq9vWz7LxPmR@pooler.example.org:6543/postgres?sslmode=verify-full", $"{name} names service_role");
                    faults.Add(process, name, $"postgresql://panorama_app:{Jwt}@db.example.org/panorama?sslmode=verify-full", $"{name} has an API key for a password");
                    faults.Add(process, name, "postgresql://panorama_app:change-me@db.example.org/panorama?sslmode=verify-full", $"{name} has an example for a password");
                    faults.Add(process, name, "postgresql://panorama_app:aaaaaaaaaaaaaaaa@db.example.org/panorama?sslmode=verify-full", $"{name} has an example for a password");
                    faults.Add(process, name, "postgresql://panorama_app:panorama-demo-2026@db.example.org/panorama?sslmode=verify-full", $"{name} has an example for a password");
                    faults.Add(process, name, Elsewhere + "Username=fleet_login;SSL Mode=Require", $"{name} must say SSL Mode=VerifyFull");
                    faults.Add(process, name, Elsewhere + "Username=fleet_login;SSL Mode=VerifyCA", $"{name} must say SSL Mode=VerifyFull");
                }

                foreach (var secret in Secrets[process])
                {
                    faults.Add(process, secret, "k1:change-me-change-me-change-me-0123", $"{secret} is an example");
                    faults.Add(process, secret, new string('x', 48), $"{secret} is an example");
                }

                faults.Add(process, "ALLOW_INSECURE_POSTGRES_TLS", "perhaps", "ALLOW_INSECURE_POSTGRES_TLS must be true, false");
            }

            faults.Add("Api", "ConnectionStrings__redis", "redis://:k3Tq9vWz7LxPmR@cache.example.org:6379", "ConnectionStrings__redis must use TLS");
            faults.Add("Api", "ConnectionStrings__redis", "10.0.0.4:6379,cache.example.org:6379,password=k3Tq9vWz7LxPmR", "ConnectionStrings__redis must use TLS");
            faults.Add("Api", "ConnectionStrings__redis", $"rediss://:{Jwt}@cache.example.org:6379", "ConnectionStrings__redis has an API key for a password");
            faults.Add("Api", "ConnectionStrings__redis", "rediss://:changeme@cache.example.org:6379", "ConnectionStrings__redis has an example for a password");
            faults.Add("Api", "ALLOW_PLAINTEXT_REDIS", "", "ALLOW_PLAINTEXT_REDIS must be true, false");
            faults.Add("Api", "ConnectionStrings__panorama_privileged", Elsewhere + "Username=panorama_super_admin;SSL Mode=VerifyFull", "ConnectionStrings__panorama_privileged must not be given to Api");
            faults.Add("Worker", "ConnectionStrings__panorama", Elsewhere + "Username=panorama_app;SSL Mode=VerifyFull", "ConnectionStrings__panorama must not be given to the Worker");
            faults.Add("Web", "ConnectionStrings__panorama", Elsewhere + "Username=panorama_app;SSL Mode=VerifyFull", "ConnectionStrings__panorama must not be given to Web");
            faults.Add("Web", "ConnectionStrings__panorama_privileged", Elsewhere + "Username=service_role", "ConnectionStrings__panorama_privileged names service_role");
            faults.Add("Web", "PANORAMA_STAGE", "prod", "PANORAMA_STAGE must be left out or staging");
            faults.Add("Web", "LOG_FORMAT", "xml", "LOG_FORMAT must be text or json");
            faults.Add("Web", "services__api__http__0", "", "services__api__http__0 is not set");
            faults.Add("Web", "PANORAMA_WEB_BASE_URL", "", "PANORAMA_WEB_BASE_URL is not set");
            faults.Add("Api", "SESSION_SECRET", "'k3Tq9vWz7LxPmRk3Tq9vWz7LxPmRk3Tq9vWz7LxPmR'", "SESSION_SECRET begins and ends with quotation marks");
            faults.Add("Api", "ConnectionStrings__panorama", "\"postgresql://panorama_app:k3Tq9vWz7LxPmR@db.example.org/panorama\"", "ConnectionStrings__panorama begins and ends with quotation marks");
            faults.Add("Worker", "SMTP_HOST", "mail:587", "SMTP_HOST must be a name or an address alone");
            faults.Add("Worker", "SMTP_HOST", "smtp://mail.example.org", "SMTP_HOST must be a name or an address alone");
            return faults;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Each_fault_of_the_settings_is_one_sentence_and_the_end(string process, string key, string value, string sentence)
    {
        // A relay's password without its user would be a second fault; a relay without a sender, too.
        (string, string?)[] beside = key switch { "SMTP_PASSWORD" => [("SMTP_USER", "fleet")], "SMTP_HOST" => [("MAIL_FROM", "fleet@example.org")], _ => [] };
        var (exitCode, output) = await ServiceProcess.RunAsync(process, [.. Settings(process), .. beside, (key, value)], Verb(process));

        Assert.Equal((process == "Cli" ? Failed : BadSettings, true), (exitCode, output.StartsWith(sentence, StringComparison.Ordinal)));
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("k3Tq9vWz7LxPmR", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Jwt, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api", "ConnectionStrings__panorama_auth", "SESSION_SECRET", "DATA_KEY", "LOG_LEVEL", "LOG_FORMAT", "MANAGEMENT_PORT", "PANORAMA_STAGE", "STORAGE_DRIVER", "PHOTO_DELIVERY")]
    [InlineData("Worker", "ConnectionStrings__panorama_privileged", "AUDIT_SIGNING_KEY", "LOG_LEVEL", "LOG_FORMAT", "MANAGEMENT_PORT", "PANORAMA_STAGE", "SMTP_HOST", "SMTP_PORT", "MAIL_FROM", "STORAGE_DRIVER")]
    [InlineData("Web", "ConnectionStrings__panorama", "services__api__http__0", "PANORAMA_WEB_BASE_URL", "LOG_LEVEL", "LOG_FORMAT", "MANAGEMENT_PORT", "PANORAMA_STAGE", "TRUSTED_PROXIES")]
    public async Task All_faults_of_the_settings_are_named_at_once(string process, params string[] keys)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(process, [.. Settings(process), .. keys.Select(key => (key, Wrong(key)))]);

        Assert.Equal(BadSettings, exitCode);
        Assert.Equal(keys.Order(StringComparer.Ordinal), output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));

        static string? Wrong(string key) => key switch
        {
            "services__api__http__0" or "PANORAMA_WEB_BASE_URL" => "",
            _ when key.StartsWith("ConnectionStrings", StringComparison.Ordinal) => "postgresql://panorama_app:k3Tq9vWz7LxPmR@db.example.org/panorama?pool=3",
            "SESSION_SECRET" or "DATA_KEY" or "AUDIT_SIGNING_KEY" => "change-me",
            "SMTP_HOST" => "mail:587",
            _ => "no such thing",
        };
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Worker")]
    [InlineData("Web")]
    public async Task A_verb_that_is_none_is_said_and_starts_nothing(string process)
    {
        foreach (var call in new string[][] { ["migrate"], ["/bin/sh"], ["healthcheck", "please"] })
        {
            var (exitCode, output) = await ServiceProcess.RunAsync(process, [], call);

            Assert.Equal(64, exitCode);
            Assert.StartsWith($"There is no '{call[0]}' here", output, StringComparison.Ordinal);
            Assert.Contains("'healthcheck' asks one that runs beside it", output, StringComparison.Ordinal);
        }
    }

    // The whole of a managed service's account, a login that owns the tables, and one that bypasses row security.
    [Theory]
    [InlineData("Api", DatabaseRoles.App, "installer")]
    [InlineData("Api", DatabaseRoles.App, "managed")]
    [InlineData("Api", DatabaseRoles.App, DatabaseRoles.Migrator)]
    [InlineData("Api", DatabaseRoles.Auth, "superuser")]
    [InlineData("Worker", DatabaseRoles.SuperAdmin, "superuser")]
    [InlineData("Worker", DatabaseRoles.SuperAdmin, "managed")]
    [InlineData("Worker", DatabaseRoles.SuperAdmin, DatabaseRoles.Migrator)]
    [InlineData("Cli", DatabaseRoles.SuperAdmin, "managed")]
    [InlineData("Cli", DatabaseRoles.SuperAdmin, DatabaseRoles.Migrator)]
    public async Task A_login_that_is_more_than_it_must_be_is_refused(string process, string role, string login)
    {
        var other = login switch
        {
            "installer" => await database.Server.MakeInstallerAsync(bypassRowSecurity: false, TestContext.Current.CancellationToken),
            "managed" => await database.Server.MakeInstallerAsync(bypassRowSecurity: true, TestContext.Current.CancellationToken),
            "superuser" => database.Superuser,
            _ => database.ConnectionString(login),
        };
        await LetInAsync(other);
        var settings = Settings(process).Append(($"ConnectionStrings__{DatabaseRoles.ConnectionNames[role]}", OnDatabase(other)));

        var (exitCode, output) = await ServiceProcess.RunAsync(process, settings, process == "Cli" ? ["tenant", "list"] : []);

        Assert.NotEqual(0, exitCode);
        Assert.Matches(MoreThan(), output);
        Assert.Contains($"is not {role} as it must be", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Worker")]
    [InlineData("Web")]
    [InlineData("Cli")]
    public async Task Settings_that_nobody_reads_are_warned_of(string process)
    {
        (string, string?)[] misread =
        [
            ("PANORAMA_WEB_BASEURL", "https://x.example"), ("SESION_SECRET", "x"), ("SMTP_EHLO_HOST", "x"), ("APP_BASE_URL", "x"), ("DATABASE_MIGRATION_URL", "x"),
        ];
        string[] sentences =
        [
            "PANORAMA_WEB_BASEURL is not a setting of Panorama; PANORAMA_WEB_BASE_URL is.",
            "SESION_SECRET is not a setting of Panorama; SESSION_SECRET is.",
            "SMTP_EHLO_HOST is not read any more; its place was taken by nothing: the machine's name is used.",
            "APP_BASE_URL is not read any more; its place was taken by PANORAMA_WEB_BASE_URL.",
            "DATABASE_MIGRATION_URL is not read any more; its place was taken by ConnectionStrings__panorama_migrator.",
        ];

        string output;
        if (process == "Cli")
        {
            output = (await ServiceProcess.RunAsync(process, [.. Settings(process), .. misread], "version")).Output;
        }
        else
        {
            await using var service = ServiceProcess.Start(process, [.. Settings(process), .. misread]);
            for (var i = 0; i < 300 && !sentences.All(s => service.Output.Contains(s, StringComparison.Ordinal)); i++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }

            output = service.Output;
        }

        Assert.All(sentences, s => Assert.Contains(s, output, StringComparison.Ordinal));
    }

    private IEnumerable<(string Name, string? Value)> Settings(string process) => process switch
    {
        "Api" => Installation.Api(database.ConnectionString),
        "Worker" => Installation.Worker(database.ConnectionString),
        "Web" => Installation.Web(new Uri("http://127.0.0.1:1")),
        _ => Installation.Cli(database.ConnectionString),
    };

    private static string[] Verb(string process) => process == "Cli" ? ["doctor"] : [];

    private string OnDatabase(string connection) => new Npgsql.NpgsqlConnectionStringBuilder(connection) { Database = database.Name }.ConnectionString;

    // The installer gave up its way in after it had made the database; whoever runs a server can take it back.
    private async Task LetInAsync(string connection)
    {
        var login = new Npgsql.NpgsqlConnectionStringBuilder(connection).Username!;
        await using var superuser = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // names of this test
        await using var command = new Npgsql.NpgsqlCommand($"grant connect on database {database.Name} to {login}", superuser);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("signs in as|has SUPERUSER|has BYPASSRLS|has CREATEROLE", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MoreThan();
}
