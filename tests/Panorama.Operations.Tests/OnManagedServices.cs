using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>
/// The whole way onto a managed PostgreSQL 17: an installer that may make roles and nothing else, or that passes by row security as such services' own login
/// does; certificates verified everywhere; the services behind a pooler in transaction mode.
/// </summary>
public sealed class OnManagedServices
{
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);

    [Theory]
    [Trait("Tier", "Full")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_installation_by_connection_strings_alone_is_whole_and_keeps_tenants_apart(bool bypassRowSecurity)
    {
        var token = TestContext.Current.CancellationToken;
        using var tls = new TestTls();
        await using var database = new TestDatabase { Binaries = await ManagedPostgres.BinariesAsync(), BypassRowSecurity = bypassRowSecurity };
        await database.StartServerAsync(token);
        await tls.TurnOnAsync(database.Server, token);
        string Direct(string role) => tls.Verified(database.DirectConnectionString(role));
        var cli = Installation.Cli(Direct).Append(("ConnectionStrings__panorama_bootstrap", tls.Verified(database.Installer))).ToList();

        var folder = Directory.CreateTempSubdirectory("panorama-test-runbook-").FullName;
        var blocks = Runbook.RunIn(typeof(OnManagedServices)).ToList();
        Assert.Equal(5, blocks.Count);
        List<(string, string?)> shell = [.. cli, ("PANORAMA_ADMIN_URL", Url(new NpgsqlConnectionStringBuilder(tls.Verified(database.Installer)) { Database = bypassRowSecurity ? database.Name : "postgres" }.ConnectionString))];

        Assert.Equal(3, (await blocks[0].RunAsync(shell, folder)).Split('\n').Count(l => l.Contains('|', StringComparison.Ordinal) && !l.Contains("default_version", StringComparison.Ordinal)));
        Assert.Contains("Nothing found", await blocks[1].RunAsync(shell, folder), StringComparison.Ordinal);
        await blocks[2].RunAsync(shell, folder);
        Assert.Contains("schema_history", await File.ReadAllTextAsync(Path.Combine(folder, "migrate.sql"), token), StringComparison.Ordinal);
        await RunAsync(cli, "bootstrap-db"); // again: nothing changes
        await RunAsync(cli, "migrate");
        Assert.Contains("Nothing found", await RunAsync(cli, "doctor"), StringComparison.Ordinal);

        await using var pooler = await Pooler.StartAsync(database, token, tls);
        var proof = await blocks[3].RunAsync([.. shell, ("PANORAMA_APP_URL", Url(pooler.ConnectionString(DatabaseRoles.App)))], folder, isStrict: false);
        Assert.Equal(["0", "0"], proof.Split('\n').Where(l => l is "0" or "1" or "2"));
        Assert.Equal(3, proof.Split('\n').Count(l => l.Contains("permission denied", StringComparison.Ordinal)));
        Assert.Equal("", (await blocks[4].RunAsync(shell, folder)).Trim());
        Directory.Delete(folder, recursive: true);
        var (a, b) = (await database.CreateTenantAsync(), await database.CreateTenantAsync());
        var asset = await a.AddAssetAsync(cancellationToken: token);
        await b.AddAssetAsync(cancellationToken: token);
        await KeepsApartAsync(pooler.ConnectionString(DatabaseRoles.App), a, b, asset);
        var refused = await ServiceProcess.RunAsync("Cli", [.. cli, ("ConnectionStrings__panorama_migrator", pooler.ConnectionString(DatabaseRoles.Migrator))], "migrate");
        Assert.True(refused.ExitCode == 1 && refused.Output.Contains("pooler", StringComparison.Ordinal), refused.Output);

        await using var api = await ServiceProcess.Start("Api", Installation.Api(pooler.ConnectionString)).WaitUntilHealthyAsync();
        await using var web = await ServiceProcess.Start("Web", Installation.Web(api.Address)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(pooler.ConnectionString)).WaitUntilHealthyAsync();
        using var door = web.Browser();
        using var client = web.Browser(a.Owner);
        Assert.Equal(200, (await door.SendAsync(HttpMethod.Post, "/api/auth/login", new { email = a.Owner.Email, password = Installation.Password })).Status);
        Assert.Equal(201, (await client.SendAsync(HttpMethod.Post, "/api/assets", new { modelId = a.ModelId, name = "Van" })).Status);
        Assert.Equal(2, (await client.SendAsync(HttpMethod.Get, "/api/assets")).Body.GetProperty("items").GetArrayLength());
        using var other = web.Browser(b.Owner);
        Assert.Equal(404, (await other.SendAsync(HttpMethod.Get, $"/api/assets/{asset}")).Status);
        await SealedAsync(database);
        await RunAsync(cli, "audit", "verify");
        Assert.Equal(["panorama_app", "panorama_auth", "panorama_super_admin"], await SecureLoginsAsync(database));
    }

    [Fact]
    [Trait("Tier", "Full")]
    public async Task A_server_with_a_certificate_of_somebody_else_is_not_spoken_to()
    {
        var token = TestContext.Current.CancellationToken;
        using var tls = new TestTls();
        using var stranger = new TestTls();
        await using var database = new TestDatabase { Binaries = await ManagedPostgres.BinariesAsync() };
        await database.InitializeAsync();
        await stranger.TurnOnAsync(database.Server, token);
        string Trusting(string role) => tls.Verified(database.DirectConnectionString(role));

        foreach (var (process, settings) in new[] { ("Api", Installation.Api(Trusting)), ("Worker", Installation.Worker(Trusting)) })
        {
            var (exitCode, output) = await ServiceProcess.RunAsync(process, settings);
            Assert.NotEqual(0, exitCode);
            Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        }

        var (ended, said) = await ServiceProcess.RunAsync("Cli", Installation.Cli(Trusting), "doctor");
        Assert.NotEqual(0, ended);
        Assert.Contains("certificate", said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Tier", "Full")]
    public async Task What_a_free_plan_of_500_MB_holds_is_measured()
    {
        const int Assets = 1000;
        var token = TestContext.Current.CancellationToken;
        using var tls = new TestTls();
        await using var database = new TestDatabase { Binaries = await ManagedPostgres.BinariesAsync(), BypassRowSecurity = true };
        await database.InitializeAsync();
        await tls.TurnOnAsync(database.Server, token);
        await using var pooler = await Pooler.StartAsync(database, token, tls);
        var tenant = await database.CreateTenantAsync();
        await using var api = await ServiceProcess.Start("Api", Installation.Api(pooler.ConnectionString)).WaitUntilHealthyAsync();
        await using var worker = await ServiceProcess.Start("Worker", Installation.Worker(pooler.ConnectionString)).WaitUntilHealthyAsync();
        await MeasureAsync(database, "before");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Assets; i += 200)
        {
            // Each two hundred from a browser of their own: a person makes 300 requests a minute at most.
            using var client = api.Browser(await tenant.AddSignedInAsync(database));
            for (var j = i; j < i + 200; j++)
            {
                var (status, body) = await client.SendAsync(HttpMethod.Post, "/api/assets", new
                {
                    modelId = tenant.ModelId,
                    tag = $"FC-{j:D5}",
                    name = $"Transporter {j:D5} of the northern depot",
                    serial = $"WF0XXXTTGX{j:D7}",
                    bookable = true,
                    purchaseDate = "2024-03-01",
                    purchaseCost = "32150.00",
                    currency = "EUR",
                    warrantyMonths = 36,
                    orderNumber = $"PO-{j / 10:D5}",
                    notes = "Bought with the winter tyres on rims; roof rack in the store room.",
                    customFields = new Dictionary<string, string> { [tenant.VinFieldId.ToString()] = $"WF0XXXTTGXKA{j:D5}" },
                });
                Assert.True(status == 201, $"{status} {body}");
            }
        }

        var took = watch.Elapsed;
        await SealedAsync(database);
        await MeasureAsync(database, "after");
        var (asset, audit, events) = (Grown("assets") / Assets, (Grown("audit") + Grown("seals")) / Assets, Grown("messages") / Assets);
        var whole = Grown("all") / Assets;

        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"{Assets} assets in {took.TotalSeconds:F0} s: asset {asset} B, audit row with its seal {audit} B, message {events} B, everything {whole} B; 500 MB hold {500_000_000 / whole} assets with their history"));
        Assert.InRange(asset, 1, 4_000);
        Assert.InRange(audit, 1, 3_000);
        Assert.InRange(whole, 1, 8_000);
    }

    private static string Url(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(CultureInfo.InvariantCulture, $"postgresql://{parts.Username}:{parts.Password}@{parts.Host}:{parts.Port}/{parts.Database}?sslmode=verify-full&sslrootcert={parts.RootCertificate}");
    }

    // The proof that an operator is told to run after each installation, as panorama_app.
    private static async Task KeepsApartAsync(string connectionString, TestTenant tenant, TestTenant other, Guid asset)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        Assert.Equal(0L, await CountAsync(source, ""));
        Assert.Equal(0L, await CountAsync(source, $"select set_config('panorama.current_tenant', '{tenant.Id}', true);"));
        Assert.Equal(1L, await CountAsync(source, $"select tenant_id from session_open('\\x{Convert.ToHexStringLower(tenant.Owner.SessionHash)}');"));
        Assert.Equal(0L, await CountAsync(source, "")); // whoever gets the server's connection next finds nothing of the one before
        foreach (var statement in new[] { "select * from auth_password_lookup('someone@example.org')", "select * from sessions", "set role panorama_super_admin" })
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(source, statement));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }

        Assert.Equal(0, await ExecuteAsync(
            source, $"begin; select tenant_id from session_open('\\x{Convert.ToHexStringLower(other.Owner.SessionHash)}'); update assets set name = 'taken' where id = '{asset}'; commit"));
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source, string open)
    {
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // words of this test
        if (open.Length > 0)
        {
            await using var command = new NpgsqlCommand(open, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
#pragma warning restore CA2100

        await using var count = new NpgsqlCommand("select count(*) from assets", connection);
        return (long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static async Task<int> ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return Math.Max(0, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> RunAsync(IEnumerable<(string, string?)> settings, params string[] arguments)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync("Cli", settings, arguments);
        Assert.True(exitCode == 0, $"panorama {string.Join(' ', arguments)}: {output}");
        return output;
    }

    private static async Task SealedAsync(TestDatabase database)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await OneAsync<long>(database, "select count(*) from audit_queue") == 0)
            {
                return;
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        Assert.Fail("Audit rows are not sealed.");
    }

    private static async Task<IEnumerable<string>> SecureLoginsAsync(TestDatabase database)
    {
        var logins = await OneAsync<string[]>(database, "select array_agg(distinct a.usename::text order by a.usename::text) from pg_stat_activity a join pg_stat_ssl s using (pid) where s.ssl and a.usename in ('panorama_app', 'panorama_auth', 'panorama_super_admin')");
        Assert.Equal(0L, await OneAsync<long>(database, "select count(*) from pg_stat_activity a join pg_stat_ssl s using (pid) where not s.ssl and a.usename in ('panorama_app', 'panorama_auth', 'panorama_super_admin')"));
        return logins;
    }

    private static async Task<T> OneAsync<T>(TestDatabase database, string sql)
    {
        await using var connection = await database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // literals of this test
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task MeasureAsync(TestDatabase database, string when)
    {
        foreach (var (name, tables) in new[]
                 {
                     ("assets", "relname in ('assets', 'custom_values', 'asset_labels')"), ("audit", "relname like 'audit_events%' or relname = 'audit_personal'"),
                     ("seals", "relname in ('audit_seals', 'audit_queue', 'audit_chains', 'audit_checkpoints')"), ("messages", "relname like 'notification_%'"), ("all", "true"),
                 })
        {
            _sizes[$"{name} {when}"] = await OneAsync<long>(
                database, $"select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and ({tables})");
        }
    }

    private long Grown(string name) => _sizes[$"{name} after"] - _sizes[$"{name} before"];
}
