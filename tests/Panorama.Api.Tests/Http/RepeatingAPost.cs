using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;
using Panorama.Testing;

namespace Panorama.Api.Tests.Http;

/// <summary>Idempotency-Key, on a route of this test that makes a supplier.</summary>
public sealed class RepeatingAPost(ApiApp app)
{
    public sealed record Sample(string Name, bool Refuse = false);

    [Fact]
    public async Task The_same_key_and_body_make_one_thing_and_get_one_answer_to_the_letter()
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await StartAsync();
        using var client = api.Client(tenant.Owner.Token);

        var first = await SendAsync(client, "k1", new { name = "Ford" });
        var second = await SendAsync(client, "k1", new { name = "Ford" });

        Assert.StartsWith("201 /test/things/", first, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.Equal(1L, await CountAsync(tenant));
    }

    [Fact]
    public async Task Sixteen_at_once_make_one_thing()
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await StartAsync();
        using var client = api.Client(tenant.Owner.Token);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => SendAsync(client, "k1", new { name = "Ford" })));

        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.StartsWith("201", answers[0], StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(tenant));
    }

    [Fact]
    public async Task Another_body_or_another_route_under_the_key_is_refused()
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await StartAsync();
        using var client = api.Client(tenant.Owner.Token);
        await SendAsync(client, "k1", new { name = "Ford" });

        Assert.Equal("409 idempotency_key_reuse", await SendAsync(client, "k1", new { name = "Fiat" }));
        Assert.Equal("409 idempotency_key_reuse", await SendAsync(client, "k1", new { name = "Ford" }, "/test/others"));
        Assert.Equal(1L, await CountAsync(tenant));
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await StartAsync();
        using var client = api.Client(tenant.Owner.Token);

        Assert.Equal("404 asset_not_found", await SendAsync(client, "k1", new { name = "Ford", refuse = true }));
        Assert.StartsWith("201", await SendAsync(client, "k1", new { name = "Ford" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_belongs_to_one_person_of_one_tenant()
    {
        var (tenant, stranger) = (await app.CreateTenantAsync(), await app.CreateTenantAsync());
        await using var api = await StartAsync();
        foreach (var person in new[] { tenant.Owner, tenant.Staff, stranger.Owner })
        {
            using var client = api.Client(person.Token);
            Assert.StartsWith("201", await SendAsync(client, "k1", new { name = person.Email }), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "400 idempotency_key_invalid")]
    [InlineData("a\tb", "400 idempotency_key_invalid")]
    [InlineData(null, "201")]
    public async Task A_key_that_is_none(string? key, string outcome)
    {
        var tenant = await app.CreateTenantAsync();
        await using var api = await StartAsync();
        using var client = api.Client(tenant.Owner.Token);

        Assert.StartsWith(outcome, await SendAsync(client, key, new { name = "Ford" }), StringComparison.Ordinal);
        Assert.Equal("400 idempotency_key_invalid", await SendAsync(client, new string('k', 256), new { name = "Ford" }));
    }

    private Task<RunningApi> StartAsync() => RunningApi.StartAsync(
        app.Settings(),
        map: a =>
        {
            var group = a.MapTenantGroup("/test").RequireAuthorization(Permissions.ReadAssets);
            group.MapPost("/things", AddAsync).Idempotent();
            group.MapPost("/others", AddAsync).Idempotent();
        });

    private static async Task<IResult> AddAsync(Sample body, Actor actor, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var supplier = new Supplier { Id = TestTenant.NewId(), TenantId = actor.TenantId!.Value, Name = body.Name };
        db.Suppliers.Add(supplier);
        await db.SaveChangesAsync(cancellationToken);
        return body.Refuse ? Problems.Of(Problems.AssetNotFound) : TypedResults.Created($"/test/things/{supplier.Id}", new { zName = supplier.Name, supplier.Id });
    }

    private static async Task<string> SendAsync(HttpClient client, string? key, object body, string path = "/test/things")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode
            ? $"{(int)response.StatusCode} {response.Headers.Location} {response.Content.Headers.ContentType} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}"
            : await response.OutcomeAsync();
    }

    private async Task<long> CountAsync(TestTenant tenant) => (long)(await app.RunAsync("select count(*) from suppliers where tenant_id = $1", tenant.Id))!;
}
