using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Assets;

public sealed class ShowingAnAsset(ApiApp app)
{
    [Fact]
    public async Task Everything_the_page_shows_is_in_one_answer()
    {
        var tenant = await app.CreateTenantAsync();
        var (location, company, supplier, label, maker) = (TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId(), TestTenant.NewId());
        await app.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'Depot')", location, tenant.Id);
        await app.RunAsync("insert into companies (id, tenant_id, name) values ($1, $2, 'Acme Ltd')", company, tenant.Id);
        await app.RunAsync("insert into suppliers (id, tenant_id, name) values ($1, $2, 'Cars & Co')", supplier, tenant.Id);
        await app.RunAsync("insert into manufacturers (id, tenant_id, name) values ($1, $2, 'Ford')", maker, tenant.Id);
        await app.RunAsync("insert into status_labels (id, tenant_id, name, type, color, maps_to) values ($1, $2, 'Lent', 'deployable', '#00ff00', 'IN_USE')", label, tenant.Id);
        await app.RunAsync("update asset_models set manufacturer_id = $1, model_number = 'M-1', notes = 'long' where id = $2", maker, tenant.ModelId);
        var id = await tenant.AssetAsync("VAN-1", "White van");
        await app.RunAsync(
            """
            update assets set serial = 'S1', status = 'IN_USE', bookable = true, location_id = $2, company_id = $3, supplier_id = $4, status_label_id = $5,
                   order_number = 'O-1', purchase_date = '2023-01-23', purchase_cost = 2266.13, currency = 'USD', warranty_months = 12, eol_date = '2027-01-23',
                   notes = 'n', last_read_mileage = 1234.5, custom_fields = jsonb_build_object($6::text, 'VIN1'), version = 3,
                   created_at = '2026-01-01T00:00:00.007Z', updated_at = '2026-01-02T00:00:00Z' where id = $1
            """,
            id, location, company, supplier, label, tenant.VinFieldId.ToString());
        await app.RunAsync("insert into meter_readings (id, tenant_id, asset_id, value, unit, read_at, source) values ($1, $2, $3, 1234.5, 'mi', now(), 'manual')", TestTenant.NewId(), tenant.Id, id);
        var assignment = TestTenant.NewId();
        await app.RunAsync(
            "insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at) values ($1, $2, $3, 'user', $4, '2026-02-01T08:00:00Z')",
            assignment, tenant.Id, id, tenant.Driver.UserId);
        using var client = app.Client(tenant.Driver);

        using var response = await client.GetAsync(new Uri($"/api/assets/{id}", UriKind.Relative), TestContext.Current.CancellationToken);

        var body = await response.ReadJsonAsync();
        Assert.Equal("\"3\"", response.Headers.ETag?.Tag);
        var category = body.GetProperty("categoryId").GetString();
        var updatedAt = body.GetProperty("updatedAt").GetString();
        Assert.Equal(
            $$"""{"id":"{{id}}","tag":"VAN-1","name":"White van","serial":"S1","status":"IN_USE","bookable":true,"modelId":"{{tenant.ModelId}}","modelName":"Transit","modelNumber":"M-1","modelNotes":"long","categoryId":"{{category}}","categoryName":"Vans","categoryKind":"VEHICLE","manufacturerId":"{{maker}}","manufacturerName":"Ford","locationId":"{{location}}","locationName":"Depot","companyId":"{{company}}","companyName":"Acme Ltd","supplierId":"{{supplier}}","supplierName":"Cars & Co","statusLabel":{"id":"{{label}}","name":"Lent","type":"deployable","color":"#00ff00"},"orderNumber":"O-1","purchaseDate":"2023-01-23","purchaseCost":"2266.1300","currency":"USD","bookValue":null,"warrantyMonths":12,"eolDate":"2027-01-23","notes":"n","lastReadMileage":1234.5,"mileageUnit":"mi","customFields":[{"fieldId":"{{tenant.VinFieldId}}","name":"VIN","type":"text","value":"VIN1"}],"holder":{"assignmentId":"{{assignment}}","targetType":"user","userId":"{{tenant.Driver.UserId}}","locationId":null,"name":"driver of {{tenant.Slug}}","checkedOutAt":"2026-02-01T08:00:00.000Z","expectedCheckinAt":null,"acceptedAt":null,"declinedAt":null,"requiresAcceptance":false},"version":3,"createdAt":"2026-01-01T00:00:00.007Z","updatedAt":"{{updatedAt}}","archivedAt":null}""",
            body.GetRawText());
        Assert.Equal("driver of " + tenant.Slug, (await client.GetJsonAsync("/api/assets")).GetProperty("items")[0].GetProperty("holderName").GetString());
    }

    /// <summary>The day of the organisation decides, not the one in UTC; the value itself is computed in Core and tested there.</summary>
    [Fact]
    public async Task The_book_value_falls_by_the_models_depreciation()
    {
        var tenant = await app.CreateTenantAsync();
        await app.RunAsync("update tenants set timezone = 'Pacific/Kiritimati' where id = $1", tenant.Id); // a day ahead of most places, never behind
        var id = await tenant.AssetAsync();
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().AddHours(14).DateTime);
        await app.RunAsync("update assets set purchase_cost = 3600, currency = 'EUR', purchase_date = $2 where id = $1", id, today.AddMonths(-10));
        using var admin = app.Client(tenant.Owner);
        async Task<string?> ValueAsync() => (await admin.GetJsonAsync($"/api/assets/{id}")).GetProperty("bookValue").GetString();
        Assert.Null(await ValueAsync());

        var depreciation = (await admin.DoAsync(HttpMethod.Post, "/api/depreciations", new { name = "Vans", months = 36, floorPercent = 10 })).GetProperty("id").GetString();
        await admin.DoAsync(HttpMethod.Patch, $"/api/asset-models/{tenant.ModelId}", new { depreciationId = depreciation }, 1);

        Assert.Equal("2700.0000", await ValueAsync());
        var edited = await admin.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", new { purchaseCost = "36000" }, 1);
        Assert.Equal(("27000.0000", "EUR"), (edited.GetProperty("bookValue").GetString(), edited.GetProperty("currency").GetString()));
        await admin.DoAsync(HttpMethod.Patch, $"/api/assets/{id}", new { purchaseDate = (string?)null }, 2);
        Assert.Null(await ValueAsync());
    }

    [Fact]
    public async Task A_bare_asset_has_nulls_and_the_tenants_unit()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        await app.RunAsync("update tenants set units = 'imperial' where id = $1", tenant.Id);
        using var client = app.Client(tenant.Driver);

        var body = await client.GetJsonAsync($"/api/assets/{id}");

        Assert.Equal(("null", "null", "[]", "mi"), (body.GetProperty("holder").GetRawText(), body.GetProperty("statusLabel").GetRawText(),
            body.GetProperty("customFields").GetRawText(), body.GetProperty("mileageUnit").GetString()));
    }

    [Fact]
    public async Task History_is_newest_first_by_pages_with_names_and_custody_says_to_whom()
    {
        var tenant = await app.CreateTenantAsync();
        var id = await tenant.AssetAsync();
        var other = await tenant.AssetAsync();
        var place = TestTenant.NewId();
        await app.RunAsync("insert into locations (id, tenant_id, name) values ($1, $2, 'Depot')", place, tenant.Id);
        await AuditAsync(tenant, id, "created", "{}", 1);
        await AuditAsync(tenant, other, "created", "{}", 2);
        await AuditAsync(tenant, id, "checked_out", $$"""{"assignmentId":"{{place}}","targetType":"user","targetId":"{{tenant.Driver.UserId}}","expectedCheckinAt":null}""", 3);
        await AuditAsync(tenant, id, "checked_in", $$"""{"assignmentId":"{{place}}","targetType":"location","targetId":"{{place}}","expectedCheckinAt":null}""", 3);
        await AuditAsync(tenant, id, "updated", """{"changed":["name"]}""", 4);
        using var client = app.Client(tenant.Driver);

        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await client.GetJsonAsync($"/api/assets/{id}/history?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(
            ["panorama.asset.updated", "panorama.asset.checked_in", "panorama.asset.checked_out", "panorama.asset.created"], items.Select(i => i.GetProperty("action").GetString()!));
        Assert.Equal(
            ["id", "at", "action", "actorUserId", "actorName", "resourceType", "resourceId", "data"], items[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal("owner of " + tenant.Slug, items[0].GetProperty("actorName").GetString());
        Assert.Equal("Depot", items[1].GetProperty("data").GetProperty("targetName").GetString());
        Assert.Equal("driver of " + tenant.Slug, items[2].GetProperty("data").GetProperty("targetName").GetString());
        Assert.Equal("""{"changed":["name"]}""", items[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Another_tenants_asset_is_answered_as_one_that_is_not_there()
    {
        var tenant = await app.CreateTenantAsync();
        var stranger = await app.CreateTenantAsync();
        var theirs = await stranger.AssetAsync();
        await AuditAsync(stranger, theirs, "created", "{}", 1);
        using var client = app.Client(tenant.Owner);

        foreach (var suffix in new[] { "", "/history" })
        {
            Assert.Equal(await BodyAsync(client, $"/api/assets/{TestTenant.NewId()}{suffix}"), await BodyAsync(client, $"/api/assets/{theirs}{suffix}"));
        }
    }

    private static async Task<string> BodyAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = await response.ReadProblemAsync();
        Assert.Equal((404, "asset_not_found"), (problem.Status, problem.Code));
        return problem.Body.GetRawText().Replace(problem.Body.GetProperty("traceId").GetString()!, "", StringComparison.Ordinal);
    }

    private async Task AuditAsync(TestTenant tenant, Guid asset, string what, string metadata, int second)
    {
        await using var connection = await app.Database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand(
            """
            insert into audit_events (id, occurred_at, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
            values ($1, date_trunc('minute', now()) + make_interval(secs => $2), $3, $4, $5, 'asset', $6, $7::jsonb)
            """, connection);
        foreach (var value in new object[] { TestTenant.NewId(), (double)second, tenant.Id, tenant.Owner.UserId, $"panorama.asset.{what}", asset.ToString(), metadata })
        {
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
