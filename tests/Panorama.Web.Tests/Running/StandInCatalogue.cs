using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Panorama.Web.Tests.Running;

/// <summary>The catalogue and the settings of the stand-in's organisation: fixed entries, and refusals that names ask for.</summary>
internal static class StandInCatalogue
{
    public const string VanId = "40000000-0000-7000-8000-000000000001";
    public const string SetId = "d0000000-0000-7000-8000-000000000001";
    public const string FieldId = "a0000000-0000-7000-8000-000000000001";
    public const string ArchivedId = "80000000-0000-7000-8000-000000000002";

    private static readonly Dictionary<string, string> _entries = new(StringComparer.Ordinal)
    {
        ["categories"] = $$"""
            [{"id":"{{VanId}}","name":"Vans","kind":"VEHICLE","eula":"Return it clean.","checkoutAccepted":true,"uses":3},
             {"id":"40000000-0000-7000-8000-000000000002","name":"Laptops","kind":"HARDWARE","eula":null,"checkoutAccepted":false,"uses":1001}]
            """,
        ["manufacturers"] = $$"""
            [{"id":"80000000-0000-7000-8000-000000000001","name":"Ford","url":"https://ford.example/support","supportEmail":"help@ford.example","supportPhone":null,"uses":1},
             {"id":"{{ArchivedId}}","name":"Saab","url":null,"supportEmail":null,"supportPhone":null,"uses":0,"archivedAt":"2026-01-01T00:00:00.000Z"}]
            """,
        ["asset-models"] = $$"""
            [{"id":"70000000-0000-7000-8000-000000000001","name":"Transit Custom 280 L2","modelNumber":"TC280","categoryId":"{{VanId}}","categoryName":"Vans","categoryKind":"VEHICLE",
              "manufacturerId":"80000000-0000-7000-8000-000000000001","manufacturerName":"Ford","fieldsetId":null,"fieldsetName":null,"depreciationId":"e0000000-0000-7000-8000-000000000004","depreciationName":"Vans, six years","notes":"Needs AdBlue.","uses":41}]
            """,
        ["locations"] = """
            [{"id":"50000000-0000-7000-8000-000000000001","name":"North depot","parentId":null,"parentName":null,"address":"Quay 4","timeZone":null,"uses":12},
             {"id":"50000000-0000-7000-8000-000000000002","name":"Workshop with a rather long name for a building","parentId":"50000000-0000-7000-8000-000000000001","parentName":"North depot","address":null,"timeZone":"Europe/Dublin","uses":2},
             {"id":"50000000-0000-7000-8000-000000000003","name":"Bay 7","parentId":"50000000-0000-7000-8000-000000000002","parentName":"Workshop","address":null,"timeZone":null,"uses":0}]
            """,
        ["companies"] = """[{"id":"e0000000-0000-7000-8000-000000000001","name":"Alder Valley Fleet Ltd","uses":2}]""",
        ["suppliers"] = """[{"id":"e0000000-0000-7000-8000-000000000002","name":"Murphy Motors","uses":2}]""",
        ["departments"] = """[{"id":"e0000000-0000-7000-8000-000000000003","name":"Leakage","uses":null}]""",
        ["status-labels"] = """
            [{"id":"90000000-0000-7000-8000-000000000001","name":"Deployable","type":"deployable","color":"#00aa00","mapsTo":"READY","showInNav":false,"isDefault":true,"uses":4},
             {"id":"90000000-0000-7000-8000-000000000002","name":"Waiting for a part","type":"undeployable","color":null,"mapsTo":"MAINTENANCE","showInNav":false,"isDefault":false,"uses":0}]
            """,
        ["custom-fields"] = $$"""
            [{"id":"{{FieldId}}","name":"Insurance until","type":"date","choices":[],"pattern":null,"required":true,"unique":false,"searchable":false,"encrypted":false,"showInList":false,"displayCheckout":true,"displayCheckin":true,"uses":1},
             {"id":"a0000000-0000-7000-8000-000000000002","name":"Payload (kg)","type":"number","choices":[],"pattern":null,"required":false,"unique":false,"searchable":true,"encrypted":false,"showInList":false,"displayCheckout":true,"uses":0},
             {"id":"a0000000-0000-7000-8000-000000000003","name":"Tow bar","type":"boolean","choices":[],"pattern":null,"required":false,"unique":false,"searchable":true,"encrypted":false,"showInList":false,"uses":0},
             {"id":"a0000000-0000-7000-8000-000000000004","name":"Fuel","type":"list","choices":["Diesel","Electric"],"pattern":null,"required":false,"unique":false,"searchable":true,"encrypted":false,"showInList":false,"displayCheckout":true,"uses":1},
             {"id":"a0000000-0000-7000-8000-000000000005","name":"Extras","type":"multi-list","choices":["Roof rack","Ramp","Shelving"],"pattern":null,"required":false,"unique":false,"searchable":true,"encrypted":false,"showInList":false,"displayCheckin":true,"uses":0},
             {"id":"a0000000-0000-7000-8000-000000000006","name":"Remarks","type":"textarea","choices":[],"pattern":null,"required":false,"unique":false,"searchable":true,"encrypted":false,"showInList":false,"displayCheckin":true,"uses":0},
             {"id":"a0000000-0000-7000-8000-000000000007","name":"Permit","type":"regex","choices":[],"pattern":"[A-Z]{2}[0-9]{4}","required":false,"unique":false,"searchable":true,"encrypted":false,"showInList":false,"uses":0}]
            """,
        ["depreciations"] = """[{"id":"e0000000-0000-7000-8000-000000000004","name":"Vans, six years","months":72,"floorPercent":10,"uses":1}]""",
        ["fieldsets"] = $$"""
            [{"id":"{{SetId}}","name":"Van papers","fields":[{"fieldId":"{{FieldId}}","name":"Insurance until","type":"date","required":true},
              {"fieldId":"a0000000-0000-7000-8000-000000000004","name":"Fuel","type":"list","required":false}],"uses":1}]
            """,
    };

    /// <param name="signed">Answers who is signed in.</param>
    /// <param name="refuse">Answers with a problem.</param>
    public static void Map(WebApplication app, Func<HttpContext, Func<object>, Task> signed, Func<HttpContext, int, string, object?, Task> refuse, Func<HttpContext, string> mood)
    {
        app.MapGet("/api/catalogue", context => signed(context, () => new
        {
            categories = 2,
            manufacturers = 1,
            assetModels = 1,
            locations = 3,
            companies = 1,
            suppliers = 1,
            departments = 1,
            statusLabels = 1,
            customFields = 3,
            depreciations = 1,
            fieldsets = mood(context) == "empty" ? 0 : 1,
        }));
        foreach (var (kind, json) in _entries)
        {
            app.MapGet("/api/" + kind, context => signed(context, () => List(Entries(json), context, mood(context))));
            app.MapGet($"/api/{kind}/{{id}}", (HttpContext context, string id) =>
                Find(json, id) is { } entry ? signed(context, () => entry) : refuse(context, 404, "catalogue_item_not_found", null));
            app.MapPost("/api/" + kind, context => AnswerAsync(context, json, null, refuse));
            app.MapPatch($"/api/{kind}/{{id}}", (HttpContext context, string id) => AnswerAsync(context, json, id, refuse));
            app.MapPost($"/api/{kind}/{{id}}/{{verb}}", (HttpContext context, string id, string verb) => signed(context, () => Find(json, id)!));
            app.MapDelete($"/api/{kind}/{{id}}", (HttpContext context, string id) => id == VanId ? refuse(context, 409, "in_use", new { models = 3, assets = 1001 }) : signed(context, () => new { }));
        }

        app.MapGet("/api/tenants/{id}", context => signed(context, () => Settings("Alder Valley Water")));
        app.MapGet("/api/tenants/{id}/inspection-settings", context => signed(context, () => InspectionSettings));
        app.MapPut("/api/tenants/{id}/inspection-settings", context =>
            context.Request.Headers.IfMatch == "\"4\"" ? signed(context, () => InspectionSettings) : refuse(context, 412, "version_mismatch", new { version = 4 }));
        app.MapPatch("/api/tenants/{id}", async (HttpContext context) =>
        {
            var body = await context.Request.ReadFromJsonAsync<JsonObject>();
            await (context.Request.Headers.IfMatch == "\"4\"" ? signed(context, () => Settings(body!["name"]!.GetValue<string>())) : refuse(context, 412, "version_mismatch", new { version = 4 }));
        });
    }

    private static object InspectionSettings => new
    {
        maxPhotosPerInspection = 20,
        maxPhotoBytes = 10_485_760,
        maxPhotoDimension = 2_048,
        staleInProgressHours = 24,
        preCheckoutInspectionMaxAgeMinutes = 240,
        requireSignature = false,
        inspectionPhotoRetentionDays = (int?)null,
        version = 4,
    };

    private static object Settings(string name) => new
    {
        id = StandInApi.Tenant,
        slug = "alder",
        name,
        displayName = "Alder Valley Water",
        locale = "en",
        timezone = "Europe/Dublin",
        units = "metric",
        currency = "EUR",
        assetNumberPrefix = "AV-",
        nextAssetNumber = 42,
        assetNumberDigits = 5,
        uniqueSerials = false,
        photoRetentionDays = (int?)null,
        version = 4,
    };

    private static async Task AnswerAsync(HttpContext context, string json, string? id, Func<HttpContext, int, string, object?, Task> refuse)
    {
        var body = await context.Request.ReadFromJsonAsync<JsonObject>();
        var name = body!["name"]?.GetValue<string>() ?? "";
        if (name == "Taken")
        {
            await refuse(context, 409, "name_taken", new { name });
        }
        else if (id is not null && context.Request.Headers.IfMatch != "\"3\"")
        {
            await refuse(context, 412, "version_mismatch", new { version = 3 });
        }
        else
        {
            context.Response.StatusCode = id is null ? 201 : 200;
            var entry = id is null ? Entries(json)[0]!.AsObject() : Find(json, id)!;
            entry["name"] = name;
            await context.Response.WriteAsJsonAsync(entry);
        }
    }

    private static object List(JsonArray entries, HttpContext context, string mood)
    {
        var query = context.Request.Query;
        var isEmpty = mood == "empty" || query["q"] == "zzz";
        return new
        {
            items = isEmpty ? [] : entries.Select(e => e!.DeepClone()).Where(e => query["includeArchived"] == "true" || e["archivedAt"] is null).ToArray(),
            nextCursor = (string?)null,
        };
    }

    private static JsonObject? Find(string json, string id) => Entries(json).OfType<JsonObject>().FirstOrDefault(e => e["id"]!.GetValue<string>() == id);

    private static JsonArray Entries(string json)
    {
        var entries = JsonNode.Parse(json)!.AsArray();
        foreach (var entry in entries.OfType<JsonObject>())
        {
            entry["version"] = 3;
            entry["archivedAt"] ??= null;
        }

        return entries;
    }
}
