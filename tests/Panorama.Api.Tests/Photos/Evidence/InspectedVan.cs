using System.Text.Json;
using Panorama.Api.Tests.Inspections;
using Panorama.Testing;

namespace Panorama.Api.Tests.Photos.Evidence;

/// <summary>A tenant with a van, a checklist that asks for a photo of it, and a run of the driver.</summary>
internal sealed record InspectedVan(PhotoApi Api, TestTenant Tenant, HttpClient Admin, HttpClient Staff, HttpClient Driver, Guid Asset, Guid Run, string Tyres, string Dashboard) : IDisposable
{
    public const string Photo = "pho-01-orient6.jpg";

    private const string Items =
        """[{"label":"Tyres","itemType":"BOOLEAN","required":true},{"label":"Dashboard","itemType":"PHOTO","required":true},{"label":"Remarks","itemType":"TEXT"}]""";

    public string Path => $"/api/inspections/{Run}";

    public static async Task<InspectedVan> CreateAsync(PhotoApi api)
    {
        var tenant = await api.App.CreateInspectingTenantAsync();
        var (admin, driver) = (api.Client(tenant.FleetAdmin), api.Client(tenant.Driver));
        var category = await api.App.RunAsync("select category_id from asset_models where id = $1", tenant.ModelId);
        await admin.MakeTemplateAsync(Checklists.Body(scope: $"\"categoryId\":\"{category}\"", items: Items));
        var asset = await tenant.AssetAsync();
        var run = await StartAsync(driver, asset);
        var items = (await driver.GetJsonAsync($"/api/inspections/{run}")).GetProperty("templateSnapshot").ItemIds().ToList();
        return new InspectedVan(api, tenant, admin, api.Client(tenant.Staff), driver, asset, run, items[0]!, items[1]!);
    }

    public static async Task<Guid> StartAsync(HttpClient client, Guid asset) =>
        (await client.SendJsonAsync(HttpMethod.Post, "/api/inspections", null, new { assetId = asset })).GetProperty("id").GetGuid();

    /// <summary>A form of the upload, with the given fields before the file.</summary>
    public static MultipartFormDataContent Form(string field = Photo, string? key = null, params (string Name, string Value)[] fields) => Form(PhotoCalls.Field(field), key, fields);

    public static MultipartFormDataContent Form(byte[] file, string? key = null, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new StringContent(key ?? PhotoCalls.NewKey()), "clientUploadKey" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(file), "photo", "IMG_1.jpg");
        return form;
    }

    public Task<HttpResponseMessage> SendAsync(HttpClient client, HttpContent form) =>
        client.PostAsync(new Uri($"{Path}/photos", UriKind.Relative), form, TestContext.Current.CancellationToken);

    public async Task<string> OutcomeAsync(HttpClient client, HttpContent form)
    {
        using (form)
        using (var response = await SendAsync(client, form))
        {
            return await response.OutcomeAsync();
        }
    }

    /// <summary>The answer to an upload that must succeed.</summary>
    public async Task<JsonElement> TakeAsync(HttpClient client, string? key = null, params (string Name, string Value)[] fields)
    {
        using var form = Form(key: key, fields: fields);
        using var response = await SendAsync(client, form);
        Assert.Equal("201", await response.OutcomeAsync());
        return await response.ReadJsonAsync();
    }

    public Task<string> AnswerAsync(string body) => Driver.SendOutcomeAsync(HttpMethod.Post, $"{Path}/responses", null, $$"""{"responses":[{{body}}]}""");

    public Task<string> CompleteAsync(HttpClient client) => client.SendOutcomeAsync(HttpMethod.Post, $"{Path}/complete", null, """{"outcome":"PASS"}""");

    public Task<string> DeleteAsync(HttpClient client, JsonElement photo, string body = """{"reason":"blurred"}""") =>
        client.SendOutcomeAsync(HttpMethod.Delete, $"{Path}/photos/{photo.Text("id")}", null, body);

    public Task SetPolicyAsync(string policy) => Api.App.RunAsync("update tenants set inspection_config = $2::jsonb where id = $1", Tenant.Id, policy);

    public Task<object?> CountAsync() => Api.App.RunAsync("select count(*) from photos where inspection_id = $1 and deleted_at is null", Run);

    public async Task<string?> AuditAsync(string action) => await Api.App.RunAsync(
        "select string_agg(metadata::text, E'\\n' order by occurred_at, id) from audit_events where tenant_id = $1 and action = $2", Tenant.Id, $"panorama.inspection.photo.{action}") as string;

    public void Dispose()
    {
        Admin.Dispose();
        Staff.Dispose();
        Driver.Dispose();
    }
}
