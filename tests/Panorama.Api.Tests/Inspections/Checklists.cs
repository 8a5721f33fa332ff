using System.Text.Json;

namespace Panorama.Api.Tests.Inspections;

/// <summary>Checklists as tests send them.</summary>
internal static class Checklists
{
    /// <summary>A yes-or-no that opens a defect, a number with bounds, a photo and a text.</summary>
    public const string Items =
        """
        [{"label":"Tyres","itemType":"BOOLEAN","required":true,"severity":"MAJOR","helpText":"Tread and pressure"},
         {"label":"Fuel","itemType":"NUMBER","required":true,"minValue":0,"maxValue":100},
         {"label":"Dashboard","itemType":"PHOTO","required":true,"photoRequired":true},
         {"label":"Remarks","itemType":"TEXT"}]
        """;

    public static string Body(string name = "Pre-trip", string scope = "\"categoryKind\":\"VEHICLE\"", string items = Items) => $$"""{"name":"{{name}}",{{scope}},"items":{{items}}}""";

    /// <returns>Its address.</returns>
    public static async Task<string> MakeTemplateAsync(this HttpClient admin, string? body = null)
    {
        using var made = await admin.SendAsync(HttpMethod.Post, "/api/inspection-templates", null, body ?? Body());
        Assert.Equal("201", await made.OutcomeAsync());
        return made.Headers.Location!.ToString();
    }

    public static IEnumerable<string?> Labels(this JsonElement template) => template.GetProperty("items").EnumerateArray().Select(i => i.Text("label"));

    public static IEnumerable<string?> ItemIds(this JsonElement template) => template.GetProperty("items").EnumerateArray().Select(i => i.Text("id"));
}
