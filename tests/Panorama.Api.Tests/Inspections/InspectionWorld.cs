using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

/// <summary>A tenant with a van and a checklist for it.</summary>
internal sealed record InspectionWorld(TestTenant Tenant, HttpClient Admin, HttpClient Driver, Guid Asset, string Template)
{
    public const string Route = "/api/inspections";

    public static async Task<InspectionWorld> CreateAsync(ApiApp app)
    {
        var tenant = await app.CreateInspectingTenantAsync();
        var (admin, driver) = (app.Client(tenant.FleetAdmin), app.Client(tenant.Driver));
        var kind = (string)(await app.RunAsync("select c.kind from categories c join asset_models m on m.category_id = c.id where m.id = $1", tenant.ModelId))!;
        var template = await admin.MakeTemplateAsync(Checklists.Body(scope: $"\"categoryKind\":\"{kind}\"", items:
            """[{"label":"Tyres","itemType":"BOOLEAN","required":true},{"label":"Fuel","itemType":"NUMBER","required":true,"minValue":0,"maxValue":100},{"label":"Remarks","itemType":"TEXT"}]"""));
        return new InspectionWorld(tenant, admin, driver, await tenant.AssetAsync("VAN-1"), template);
    }

    public async Task<Guid> StartAsync() =>
        (await Driver.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = Asset })).GetProperty("id").GetGuid();

    public Task<JsonElement> AnswerAsync(Guid run, string answers) => Driver.SendJsonAsync(HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{{answers}}]}""");

    /// <summary>Answers what is needed.</summary>
    public async Task AnswerAllAsync(Guid run)
    {
        var (tyres, fuel, _) = await ItemsAsync(run);
        await AnswerAsync(run, $$"""{"snapshotItemId":"{{tyres}}","booleanValue":true},{"snapshotItemId":"{{fuel}}","numberValue":50}""");
    }

    public Task<string> CompleteAsync(Guid run, string outcome = "PASS") =>
        Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/complete", null, $$"""{"outcome":"{{outcome}}"}""");

    /// <summary>Ids of a list, in its order.</summary>
    public static async Task<List<string?>> IdsAsync(HttpClient client, string query) =>
        [.. (await client.GetJsonAsync(Route + query)).GetProperty("items").EnumerateArray().Select(i => i.Text("id"))];

    public async Task<(string Tyres, string Fuel, string Remarks)> ItemsAsync(Guid run)
    {
        var items = (await Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("templateSnapshot").ItemIds().ToList();
        return (items[0]!, items[1]!, items[2]!);
    }
}
