using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panorama.Api.Tests.Inspections;

namespace Panorama.Api.Tests.Http;

/// <summary>Where I and i are no pair, answers and files are the same byte for byte.</summary>
[Trait("FieldCase", "L10N-04")]
public sealed class OnATurkishServer(ApiApp app)
{
    [Fact]
    public async Task Answers_exports_and_sign_in_are_the_same()
    {
        await using var turkish = await StartAsync();
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, "correct horse 9 battery");
        using var there = turkish.Client(tenant.Owner.Token);
        using var here = app.Client(tenant.Owner);
        Assert.Equal("tr-TR", await there.GetStringAsync(new Uri("/alive?culture", UriKind.Relative), TestContext.Current.CancellationToken));

        Assert.Equal("201", await there.PostOutcomeAsync("/api/assets", new { tag = "INDIGO-I", name = "TITLE i", modelId = tenant.ModelId, purchaseDate = "2026-01-31", purchaseCost = "1234.5", currency = "USD" }));
        Assert.Equal("409 asset_tag_taken", await there.PostOutcomeAsync("/api/assets", new { tag = "indigo-i", name = "again", modelId = tenant.ModelId }));
        Assert.Equal("200", await there.PostOutcomeAsync("/api/auth/login", new { email = tenant.Owner.Email.ToUpperInvariant(), password = "correct horse 9 battery" }));
        foreach (var path in new[]
        {
            "/api/assets?status=READY&q=INDIGO", "/api/assets?q=title%20I", "/api/assets?sort=purchaseDate&order=desc", "/api/categories?q=VANS", "/api/asset-models?q=TRANSIT",
            "/api/assets/export?format=csv", "/api/auth/me", "/api/assets?sort=TITLE", "/api/assets?status=in_use",
        })
        {
            Assert.Equal((path, await ReadAsync(here, path)), (path, await ReadAsync(there, path)));
        }
    }

    [Fact]
    public async Task An_inspection_is_begun_answered_ended_and_read_the_same()
    {
        await using var turkish = await StartAsync();
        var world = await InspectionWorld.CreateAsync(app);
        using var there = turkish.Client(world.Tenant.FleetAdmin.Token);
        var here = world.Admin;
        var template = (await there.SendJsonAsync(HttpMethod.Post, "/api/inspection-templates", null, Checklists.Body("INDIGO pre-trip", items:
            """[{"label":"IĞDIR tires","itemType":"BOOLEAN","required":true,"severity":"MAJOR"},{"label":"Fuel in litres","itemType":"NUMBER","required":true,"minValue":0.5,"maxValue":100}]""")))
            .Text("id");
        var run = (await there.SendJsonAsync(HttpMethod.Post, InspectionWorld.Route, null, new { assetId = world.Asset, templateId = template })).Text("id");
        var items = (await there.GetJsonAsync($"{InspectionWorld.Route}/{run}")).GetProperty("templateSnapshot").ItemIds().ToList();
        string Answers(double fuel) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"responses":[{"snapshotItemId":"{{items[0]}}","booleanValue":false,"note":"ILIK"},{"snapshotItemId":"{{items[1]}}","numberValue":{{fuel}}}]}""");

        Assert.Equal("400 response_below_min", await there.SendOutcomeAsync(HttpMethod.Post, $"{InspectionWorld.Route}/{run}/responses", null, Answers(0.25)));
        Assert.Equal("200", await there.SendOutcomeAsync(HttpMethod.Post, $"{InspectionWorld.Route}/{run}/responses", null, Answers(62.5)));
        Assert.Equal("400 invalid_body", await there.SendOutcomeAsync(HttpMethod.Post, $"{InspectionWorld.Route}/{run}/complete", null, """{"outcome":"faıl"}"""));
        Assert.Equal("200", await there.SendOutcomeAsync(HttpMethod.Post, $"{InspectionWorld.Route}/{run}/complete", null, """{"outcome":"FAIL","summaryNote":"İ ı I i"}"""));
        Assert.Equal("FAIL", (await here.GetJsonAsync($"{InspectionWorld.Route}/{run}")).Text("outcome"));
        foreach (var path in new[]
        {
            $"{InspectionWorld.Route}/{run}", $"{InspectionWorld.Route}/{run}/previous", $"{InspectionWorld.Route}/{run}/defects", $"{InspectionWorld.Route}?scope=tenant&status=COMPLETED&outcome=FAIL",
            $"{InspectionWorld.Route}?scope=tenant&needsReview=true", $"{InspectionWorld.Route}?status=in_progress", $"{InspectionWorld.Route}?outcome=fail", $"{InspectionWorld.Route}/export?format=csv&scope=tenant",
            $"{InspectionWorld.Route}/export?format=csv&scope=tenant&language=pt-br&decimal=comma", "/api/defects", $"/api/inspection-templates/{template}", $"/api/inspection-templates/{template}/export",
            "/api/inspection-templates?categoryKind=VEHICLE", "/api/inspection-templates/library",
        })
        {
            Assert.Equal((path, await ReadAsync(here, path)), (path, await ReadAsync(there, path)));
        }
    }

    private Task<RunningApi> StartAsync() => RunningApi.StartAsync(
        app.Settings(("FEATURE_INSPECTIONS", "TRUE")), builder => builder.Services.AddSingleton<IStartupFilter>(new Speaking(CultureInfo.GetCultureInfo("tr-TR"))));

    private static async Task<string> ReadAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            body = (await response.ReadProblemAsync()).Code; // each has a trace of its own
        }

        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {body}";
    }

    private sealed class Speaking(CultureInfo culture) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
                if (context.Request.QueryString.Value == "?culture")
                {
                    await context.Response.WriteAsync(CultureInfo.CurrentCulture.Name);
                    return;
                }

                await following(context);
            });
            next(app);
        };
    }
}
