using System.Net;
using Panorama.Testing;
using Panorama.Worker.Tests.Audit;

namespace Panorama.Worker.Tests.Scheduling;

public sealed class LosingTheDatabase(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private TestDatabase Database => own.Database;

    [Trait("FieldCase", "DB-03")]
    [Fact]
    public async Task A_worker_outlives_a_restart_of_the_server_and_stops_within_five_seconds()
    {
        var token = TestContext.Current.CancellationToken;
        await using var chain = await ChainOfATenant.CreateAsync(Database, token);
        await using var worker = WorkerProcess.Start(Database, ("Scheduler__Cron__idempotency-clean-up", "* * * * * ?"));
        await worker.WaitUntilHealthyAsync(token);

        await Database.RestartServerAsync(token);

        Npgsql.NpgsqlConnection.ClearAllPools(); // this process's own connections died as well
        var runs = await Database.ReadAsync<long>("select count(*) from job_runs where outcome = 'SUCCEEDED'", token);
        await chain.WriteAsync(3, token);
        await Eventually.TrueAsync(
            async () => await Database.ReadAsync<long>("select count(*) from audit_seals where chain_id = $1", token, chain.Id) == 3
                && await Database.ReadAsync<long>("select count(*) from job_runs where outcome = 'SUCCEEDED'", token) > runs,
            () => worker.Output, token);
        using var health = await worker.Management.GetAsync(new Uri("health", UriKind.Relative), token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        Assert.InRange(await worker.StopAsync(token), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("jobs.json")]
    [InlineData("jobs/session-clean-up")]
    public async Task The_operator_s_page_says_that_the_database_is_away(string path)
    {
        var token = TestContext.Current.CancellationToken;
        await using var worker = WorkerProcess.Start(Database);
        await worker.WaitUntilHealthyAsync(token);
        await using var server = await Database.OpenSuperuserAsync(token);
        await Sql.RunAsync(server, "alter role panorama_super_admin nologin", token);
        try
        {
            await Sql.RunAsync(server, "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'panorama_super_admin'", token);
            using var page = await worker.Management.GetAsync(new Uri(path, UriKind.Relative), token);
            var text = await page.Content.ReadAsStringAsync(token);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.StartsWith("The database cannot be reached", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        }
        finally
        {
            await Sql.RunAsync(server, "alter role panorama_super_admin login", token);
        }
    }
}
