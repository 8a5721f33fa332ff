using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;
using Panorama.Testing;

namespace Panorama.Api.Tests.Tenancy;

/// <summary>The rules of a tenant group, on routes that only these tests map.</summary>
public sealed class OneTransaction(ApiApp app)
{
    [Fact]
    public async Task It_commits_what_succeeds_and_rolls_back_what_is_refused_or_thrown()
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await StartAsync(0);
        using var client = api.Client(tenant.Owner.Token);

        Assert.Equal("200", await client.PostOutcomeAsync("/test/add?name=kept&outcome=ok", new { }));
        Assert.Equal("404 asset_not_found", await client.PostOutcomeAsync("/test/add?name=refused&outcome=refuse", new { }));
        Assert.Equal("500 server_error", await client.PostOutcomeAsync("/test/add?name=thrown&outcome=throw", new { }));

        Assert.Equal("kept", await app.RunAsync("select string_agg(name, ',') from suppliers where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task A_deadlock_runs_the_whole_handler_again_and_a_fifth_one_is_503()
    {
        var tenant = await app.CreateTenantAsync();
        await using var few = await StartAsync(4);
        await using var many = await StartAsync(5);
        using var client = few.Client(tenant.Owner.Token);
        using var unlucky = many.Client(tenant.Owner.Token);

        Assert.Equal("200", await client.PostOutcomeAsync("/test/race?name=once", new { }));
        using var response = await unlucky.PostAsync("/test/race?name=never", new { });

        Assert.Equal("503 try_again", await response.OutcomeAsync());
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal("once", await app.RunAsync("select string_agg(name, ',') from suppliers where tenant_id = $1", tenant.Id));
    }

    [Fact]
    public async Task A_command_outside_it_throws()
    {
        await using var scope = app.Api.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanoramaDbContext>();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => db.Assets.AnyAsync(TestContext.Current.CancellationToken));

        Assert.Contains("outside the transaction", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_no_handler_sees_gives_its_connection_back()
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await RunningApi.StartAsync(app.Settings(
            ("ConnectionStrings:panorama", app.Database.ConnectionString(DatabaseRoles.App).Replace("Maximum Pool Size=20", "Maximum Pool Size=2", StringComparison.Ordinal))));
        using var client = api.Client(tenant.Owner.Token);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("400 invalid_body", await client.PostOutcomeAsync("/api/assets", new { unknown = i }));
        }

        using var response = await client.GetAsync("/api/assets", TestContext.Current.CancellationToken);
        Assert.Equal("200", await response.OutcomeAsync());
    }

    [Fact]
    public async Task A_thousand_requests_of_two_tenants_over_four_connections_never_mix()
    {
        var one = await app.CreateTenantAsync();
        var two = await app.CreateTenantAsync();
        await one.AssetAsync("ONE");
        await two.AssetAsync("TWO");
        await using var api = await RunningApi.StartAsync(app.Settings(
            ("ConnectionStrings:panorama", app.Database.ConnectionString(DatabaseRoles.App).Replace("Maximum Pool Size=20", "Maximum Pool Size=4", StringComparison.Ordinal))));
        var clients = new List<(HttpClient Client, string Tag)>();
        foreach (var person in new[] { one.Owner, one.FleetAdmin, one.Staff, one.Driver })
        {
            clients.Add((api.Client(person.Token), "ONE"));
        }

        foreach (var person in new[] { two.Owner, two.FleetAdmin, two.Staff, two.Driver })
        {
            clients.Add((api.Client(person.Token), "TWO"));
        }

        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (n, _) =>
        {
            var (client, tag) = clients[n % clients.Count];
            var items = (await client.GetJsonAsync("/api/assets")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("tag").GetString()!);
            Assert.Equal([tag], items);
        });
        clients.ForEach(c => c.Client.Dispose());
    }

    private Task<RunningApi> StartAsync(int deadlocks)
    {
        var left = deadlocks;
        return RunningApi.StartAsync(app.Settings(), map: a =>
        {
            var group = a.MapTenantGroup("/test").RequireAuthorization(Permissions.ReadAssets);
            group.MapPost("/add", async (string name, string outcome, Actor actor, PanoramaDbContext db) =>
            {
                Add(db, actor, name);
                await db.SaveChangesAsync();
                return outcome switch
                {
                    "ok" => (IResult)TypedResults.Ok(),
                    "refuse" => Panorama.Api.Http.Problems.Of(Panorama.Api.Http.Problems.AssetNotFound),
                    _ => throw new InvalidOperationException("boom"),
                };
            });
            group.MapPost("/race", async (string name, Actor actor, PanoramaDbContext db) =>
            {
                Add(db, actor, name);
                await db.SaveChangesAsync();
                return left-- > 0 ? throw new PostgresException("deadlock", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected) : TypedResults.Ok();
            });
        });
    }

    private static void Add(PanoramaDbContext db, Actor actor, string name) => db.Add(new Supplier { Id = TestTenant.NewId(), TenantId = actor.TenantId!.Value, Name = name });
}
