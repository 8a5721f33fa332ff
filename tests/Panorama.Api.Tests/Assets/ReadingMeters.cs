using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class ReadingMeters(ApiApp app)
{
    [Fact]
    public async Task Readings_go_forward_and_the_largest_stands_on_the_asset()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

        var reading = await AddAsync(client, id, new { value = 1000.5 });
        Assert.Equal((1000.5m, "km", "manual", $"fleet_staff of {tenant.Slug}"), (reading.GetProperty("value").GetDecimal(), reading.GetProperty("unit").GetString(),
            reading.GetProperty("source").GetString(), reading.GetProperty("readByName").GetString()));
        await AddAsync(client, id, new { value = 900, readAt = yesterday });
        var problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings", new { value = 999 });
        Assert.Equal((400, "mileage_not_monotonic", 1000.5m), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("before").GetDecimal()));
        Assert.Equal("400 mileage_not_monotonic", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings", new { value = 1001, readAt = yesterday.AddHours(1) }));
        problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings", new { value = 1100, unit = "mi" });
        Assert.Equal((409, "meter_unit_mismatch", "km"), (problem.Status, problem.Code, problem.Body.GetProperty("args").GetProperty("unit").GetString()));

        var asset = await client.GetJsonAsync($"/api/assets/{id}");
        Assert.Equal((1000.5m, 3), (asset.GetProperty("lastReadMileage").GetDecimal(), asset.GetProperty("version").GetInt32()));
        Assert.Equal([1000.5m, 900m], await ValuesAsync(client, id));
        Assert.Equal([900m], await ValuesAsync(client, id, $"?until={yesterday.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}"));
        Assert.Empty(await ValuesAsync(client, id, "?until=2001-01-01T00:00:00Z"));
        foreach (var wrong in new[] { "", "yesterday", "2026-11-24", "2026-11-24T10:00:00" })
        {
            Assert.Equal("400 invalid_query", await client.GetOutcomeAsync($"/api/assets/{id}/meter-readings?until={wrong}"));
        }
    }

    [Fact]
    public async Task A_wrong_reading_is_voided_with_a_reason_and_the_right_one_stands_beside_it()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Owner);
        var wrong = (await AddAsync(client, id, new { value = 10000, unit = "mi" })).GetProperty("id").GetGuid();
        var path = $"/api/assets/{id}/meter-readings/{wrong}/correct";

        var asset = await client.DoAsync(HttpMethod.Post, path, new { reason = "One zero too many.", value = 1000 });

        Assert.Equal((1000m, "mi"), (asset.GetProperty("lastReadMileage").GetDecimal(), asset.GetProperty("mileageUnit").GetString()));
        var (action, data) = await client.LastEventAsync(id);
        Assert.Equal(
            ("panorama.asset.meter_corrected", 10000m, 1000m, "One zero too many."),
            (action, data.GetProperty("before").GetDecimal(), data.GetProperty("after").GetDecimal(), data.GetProperty("reason").GetString()));
        Assert.Equal("409 reading_voided", await client.OutcomeAsync(HttpMethod.Post, path, new { reason = "again" }));
        Assert.Equal("404 reading_not_found", await client.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings/{TestTenant.NewId()}/correct", new { reason = "again" }));
        Assert.Equal([1000m, 10000m], (await ValuesAsync(client, id)).Order());

        var right = (await client.GetJsonAsync($"/api/assets/{id}/meter-readings")).GetProperty("items").EnumerateArray()
            .First(r => r.GetProperty("voidedAt").ValueKind == JsonValueKind.Null).GetProperty("id").GetGuid();
        asset = await client.DoAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings/{right}/correct", new { reason = "Of another van." });
        Assert.Equal("null", asset.GetProperty("lastReadMileage").GetRawText());
    }

    [Fact]
    public async Task A_driver_reads_only_what_they_have()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var driver = app.Client(tenant.Driver);
        using var desk = app.Client(tenant.Staff);

        Assert.Equal("403 forbidden", await driver.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings", new { value = 5 }));
        await desk.DoAsync(HttpMethod.Post, $"/api/assets/{id}/checkout", new { targetType = "user", targetId = tenant.Driver.UserId });
        Assert.Equal("201", await driver.OutcomeAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings", new { value = 5 }));
    }

    [Theory]
    [InlineData("""{}""", "value", "required")]
    [InlineData("""{"value":-1}""", "value", "out_of_range")]
    [InlineData("""{"value":1.25}""", "value", "out_of_range")]
    [InlineData("""{"value":"5"}""", "value", "wrong_form")]
    [InlineData("""{"value":5,"unit":"miles"}""", "unit", "wrong_form")]
    [InlineData("""{"value":5,"readAt":"2999-01-01T00:00:00Z"}""", "readAt", "out_of_range")]
    [InlineData("""{"value":5,"readAt":"2026-01-01T00:00:00"}""", "readAt", "wrong_form")]
    public async Task A_reading_that_is_none(string body, string member, string code)
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        using var client = app.Client(tenant.Staff);

        var problem = await client.RefusedAsync(HttpMethod.Post, $"/api/assets/{id}/meter-readings", JsonDocument.Parse(body).RootElement);

        Assert.Equal((400, "invalid_body", code), (problem.Status, problem.Code, problem.Body.GetProperty("errorCodes").GetProperty(member)[0].GetString()));
    }

    private static Task<JsonElement> AddAsync(HttpClient client, Guid asset, object body) => client.DoAsync(HttpMethod.Post, $"/api/assets/{asset}/meter-readings", body);

    private static async Task<IEnumerable<decimal>> ValuesAsync(HttpClient client, Guid asset, string query = "") =>
        (await client.GetJsonAsync($"/api/assets/{asset}/meter-readings{query}")).GetProperty("items").EnumerateArray().Select(r => r.GetProperty("value").GetDecimal());
}
