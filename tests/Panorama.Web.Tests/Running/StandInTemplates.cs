using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Panorama.Web.Tests.Running;

/// <summary>Checklists of the stand-in's organisation: one with every kind of item, one that is archived, and refusals that names ask for.</summary>
internal static class StandInTemplates
{
    public const string VanId = "f0000000-0000-7000-8000-000000000001";
    public const string ArchivedId = "f0000000-0000-7000-8000-000000000002";

    private const string Items =
        """
        [{"label":"Brakes work","itemType":"BOOLEAN","required":true,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":"The pedal is firm, and the parking brake holds the vehicle.","severity":"OUT_OF_SERVICE"},
         {"label":"Tyre, front left: tread, pressure, no cuts or bulges and no object between the treads of the tyre","itemType":"BOOLEAN","required":true,"photoRequired":true,"minValue":null,"maxValue":null,"helpText":null,"severity":"MAJOR"},
         {"label":"Fuel, in per cent","itemType":"NUMBER","required":true,"photoRequired":false,"minValue":0,"maxValue":100,"helpText":null,"severity":null},
         {"label":"The van from all four sides","itemType":"PHOTO","required":true,"photoRequired":true,"minValue":null,"maxValue":null,"helpText":"One photo of each side.\nThe number plate on two of them.","severity":null},
         {"label":"Notes for the next driver","itemType":"TEXT","required":false,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":null,"severity":null}]
        """;

    private const string Before =
        """
        [{"label":"Radio works","itemType":"BOOLEAN","required":false,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":null,"severity":null},
         {"label":"Brakes work","itemType":"BOOLEAN","required":true,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":"The pedal is firm.","severity":"MAJOR"},
         {"label":"Notes for the next driver","itemType":"TEXT","required":false,"photoRequired":false,"minValue":null,"maxValue":null,"helpText":null,"severity":null},
         {"label":"Fuel, in per cent","itemType":"NUMBER","required":true,"photoRequired":false,"minValue":0,"maxValue":100,"helpText":null,"severity":null}]
        """;

    /// <param name="signed">Answers who is signed in.</param>
    /// <param name="refuse">Answers with a problem.</param>
    public static void Map(WebApplication app, Func<HttpContext, Func<object>, Task> signed, Func<HttpContext, int, string, object?, Task> refuse, Func<HttpContext, string> mood)
    {
        const string Route = "/api/inspection-templates";
        app.MapGet(Route, context => signed(context, () => new
        {
            items = mood(context) == "empty" ? [] : context.Request.Query["includeArchived"] == "true" ? new[] { Van(), Archived() } : [Van()],
        }));
        app.MapGet(Route + "/library", context => signed(context, () => JsonNode.Parse(
            $$"""
            {"items":[
              {"key":"light-vehicle","sourceTitle":null,"sourceUrl":null,"name":"Pre-trip check, car or van","description":"A walk around the vehicle before the first trip of the day.","categoryKind":"VEHICLE","items":{{Items}}},
              {"key":"dvir","sourceTitle":"49 CFR §396.11(a)(1)","sourceUrl":"https://www.ecfr.gov/current/title-49/section-396.11","name":"Driver vehicle inspection report","description":"At the end of each day’s work.","categoryKind":"VEHICLE","items":{{Before}}},
              {"key":"laptop-handover","sourceTitle":null,"sourceUrl":null,"name":"Laptop hand-over","description":null,"categoryKind":"HARDWARE","items":{{Before}}}]}
            """)!));
        app.MapPost(Route, context => AnswerAsync(context, 201, refuse));
        app.MapPost(Route + "/import", context => AnswerAsync(context, 201, refuse));
        app.MapGet(Route + "/{id}", (HttpContext context, string id) => Find(id) is { } template ? signed(context, () => template) : refuse(context, 404, "inspection_template_not_found", null));
        app.MapPatch(Route + "/{id}", (HttpContext context, string id) => context.Request.Headers.IfMatch == "\"3\"" && mood(context) != "stale"
            ? AnswerAsync(context, 200, refuse) : refuse(context, 412, "version_mismatch", new { version = 3 }));
        app.MapDelete(Route + "/{id}", (HttpContext context, string id) => signed(context, () => new { }));
        app.MapPost(Route + "/{id}/{verb}", (HttpContext context, string id, string verb) => signed(context, () => Find(id)!));
        app.MapGet(Route + "/{id}/versions", (HttpContext context, string id) => signed(context, () => new
        {
            items = new[]
            {
                new { number = 7, itemCount = 5, publishedByUserId = StandInApi.Tenant, publishedByName = "Priya Nair", publishedAt = "2026-11-26T07:10:00.000Z" },
                new { number = 6, itemCount = 4, publishedByUserId = StandInApi.Tenant, publishedByName = "Aoife Byrne-Fitzgerald", publishedAt = "2026-11-02T07:10:00.000Z" },
            },
            nextCursor = context.Request.Query["cursor"].Count == 0 ? "older+versions" : null,
        }));
        app.MapGet(Route + "/{id}/versions/{number:int}", (HttpContext context, string id, int number) => number is >= 1 and <= 7
            ? signed(context, () => Version(number)) : refuse(context, 404, "template_version_not_found", null));
        app.MapPost(Route + "/{id}/versions/{number:int}/publish", (HttpContext context, string id, int number) =>
            mood(context) == "stale" ? refuse(context, 412, "version_mismatch", new { version = 3 }) : signed(context, () => Find(id)!));
    }

    private static async Task AnswerAsync(HttpContext context, int status, Func<HttpContext, int, string, object?, Task> refuse)
    {
        var body = (await context.Request.ReadFromJsonAsync<JsonObject>())!;
        if (body["name"]?.GetValue<string>() == "Too much")
        {
            await refuse(context, 400, "template_too_large", new { maxBytes = 60_000 });
            return;
        }

        context.Response.StatusCode = status;
        var saved = Van();
        saved["name"] = body["name"]?.DeepClone() ?? "Pre-trip van";
        await context.Response.WriteAsJsonAsync(saved);
    }

    private static JsonObject? Find(string id) => id switch { VanId => Van(), ArchivedId => Archived(), _ => null };

    private static JsonObject Van() => Checklist(VanId, "Pre-trip van", "null", $"\"{StandInCatalogue.VanId}\"", "null", Items);

    private static JsonObject Archived() => Checklist(ArchivedId, "Laptop hand-over, as it was before there was a rule for it", "\"HARDWARE\"", "null", "\"2026-11-01T08:00:00.000Z\"", Before);

    private static JsonObject Checklist(string id, string name, string kind, string category, string archivedAt, string items) => JsonNode.Parse(
        $$"""
        {"id":"{{id}}","tenantId":"{{StandInApi.Tenant}}","name":"{{name}}","description":"Before the first trip of the day.","categoryKind":{{kind}},"categoryId":{{category}},"displayOrder":0,
         "archivedAt":{{archivedAt}},"createdByUserId":"{{StandInApi.Tenant}}","createdAt":"2026-10-01T08:00:00.000Z","updatedAt":"2026-11-26T07:10:00.000Z","contentVersion":7,"version":3,"items":{{items}}}
        """)!.AsObject();

    private static JsonObject Version(int number) => JsonNode.Parse(
        $$"""
        {"number":{{number}},"publishedByUserId":"{{StandInApi.Tenant}}","publishedAt":"2026-11-26T07:10:00.000Z","name":"Pre-trip van","description":{{(number == 7 ? "\"Before the first trip of the day.\"" : "null")}},"items":{{(number == 7 ? Items : Before)}}}
        """)!.AsObject();
}
