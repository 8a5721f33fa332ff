using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Start;

public sealed class RefusingToStart(TestDatabase database)
{
    [Fact]
    public async Task All_wrong_settings_are_named_at_once()
    {
        var token = TestContext.Current.CancellationToken;
        await using var worker = WorkerProcess.StartWith(
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("AUDIT_SIGNING_KEY", "k1:short"), ("Scheduler__CheckinInterval", "00:00:00"), ("Scheduler__Cron__audit-verify", "every day"));

        var exitCode = await worker.WaitForExitAsync(token);

        Assert.Equal(78, exitCode);
        Assert.Contains("ConnectionStrings__panorama_privileged is not set", worker.Output, StringComparison.Ordinal);
        Assert.Contains("AUDIT_SIGNING_KEY must hold exactly 32 bytes", worker.Output, StringComparison.Ordinal);
        Assert.Contains("Scheduler__CheckinInterval must lie", worker.Output, StringComparison.Ordinal);
        Assert.Contains("Scheduler__Cron__audit-verify is not a cron expression", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_elsewhere_must_prove_who_it_is_in_production()
    {
        await using var worker = WorkerProcess.StartWith(
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("ConnectionStrings__panorama_privileged", "Host=db.example;Username=panorama_super_admin;Password=k3Tq9vWz7LxP;SSL Mode=Require"));

        Assert.Equal(78, await worker.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Contains("ConnectionStrings__panorama_privileged must say SSL Mode=VerifyFull outside loopback and private networks", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_in_plain_text_needs_a_word_in_production_and_that_is_audited()
    {
        var token = TestContext.Current.CancellationToken;
        (string, string)[] settings =
        [
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("AUDIT_SIGNING_KEY", "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
            ("ConnectionStrings__panorama_privileged", database.ConnectionString(DatabaseRoles.SuperAdmin)),
            ("SMTP_HOST", "relay.example"), ("SMTP_SECURE", "none"), ("MAIL_FROM", "fleet@example.org"),
        ];
        await using (var refused = WorkerProcess.StartWith(settings))
        {
            Assert.Equal(78, await refused.WaitForExitAsync(token));
            Assert.Contains("SMTP_SECURE=none sends mail and password in plain text; ALLOW_PLAINTEXT_SMTP=true accepts that.", refused.Output, StringComparison.Ordinal);
        }

        Assert.Equal(0, await AcceptedAsync());

        await using var accepted = WorkerProcess.StartWith([.. settings, ("ALLOW_PLAINTEXT_SMTP", "true")]);
        await accepted.WaitUntilHealthyAsync(token);

        Assert.Equal(1, await AcceptedAsync());

        Task<int> AcceptedAsync() => database.ReadAsync<int>(
            "select count(*)::int from audit_events where tenant_id is null and action = 'panorama.setting.risk_accepted' and resource_id = 'ALLOW_PLAINTEXT_SMTP'", token);
    }

    [Theory]
    [InlineData(DatabaseRoles.App)]
    [InlineData(DatabaseRoles.Migrator)]
    public async Task Another_login_is_refused_in_one_sentence(string role)
    {
        var output = await StartAndFailAsync(database.ConnectionString(role));

        Assert.Contains(role, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_down_is_said_in_one_sentence()
    {
        var output = await StartAndFailAsync("Host=127.0.0.1;Port=1;Username=panorama_super_admin;Password=k3Tq9vWz7LxP;Database=panorama");

        Assert.Contains("127.0.0.1:1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_behind_is_said_in_one_sentence()
    {
        await using var bare = new TestDatabase { Binaries = PostgresServer.BinaryFolder };
        await bare.BootstrapAsync(TestContext.Current.CancellationToken);

        var output = await StartAndFailAsync(bare.ConnectionString(DatabaseRoles.SuperAdmin));

        Assert.Contains("panorama migrate", output, StringComparison.Ordinal);
    }

    private static async Task<string> StartAndFailAsync(string connectionString)
    {
        await using var worker = WorkerProcess.StartWith(("ConnectionStrings__panorama_privileged", connectionString));
        var exitCode = await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, exitCode);
        Assert.NotEqual(134, exitCode); // not a crash
        Assert.Single(worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return worker.Output;
    }
}
