using System.Globalization;
using System.Text.Json;
using Panorama.Web.Api;

namespace Panorama.Web.Importing;

/// <summary>The form of an import's options, and the patch that it is.</summary>
internal static class ImportForm
{
    /// <summary>Of the field that holds what a column fills.</summary>
    public static string Column(int index) => "column-" + index.ToString(CultureInfo.InvariantCulture);

    public static string? Chosen(string choice, ImportOptions options) => choice switch { "dates" => options.Dates, "numbers" => options.Numbers, _ => options.Currency };

    public static ImportOptions Read(IFormCollection form, ImportInspection inspection)
    {
        string? Text(string name) => form[name].ToString() is { Length: > 0 } text ? text : null;
        return new ImportOptions(
            Text("dates"), Text("numbers"), Text("currency")?.Trim().ToUpperInvariant(), Text("mode") ?? "all-or-nothing", Text("existing") ?? "keep", Text("encoding"),
            Text("delimiter"), Text("defaultModel"),
            inspection.Columns.Where(c => form.ContainsKey(Column(c.Index)))
                .ToDictionary(c => c.Index.ToString(CultureInfo.InvariantCulture), c => form[Column(c.Index)].ToString()));
    }

    /// <summary>All of it: an empty choice is none, and a column that stands in no field is not there any more.</summary>
    public static Dictionary<string, JsonElement> Patch(ImportOptions options) => new(StringComparer.Ordinal)
    {
        ["dates"] = Json(options.Dates),
        ["numbers"] = Json(options.Numbers),
        ["currency"] = Json(options.Currency),
        ["mode"] = Json(options.Mode),
        ["existing"] = Json(options.Existing),
        ["encoding"] = Json(options.Encoding),
        ["delimiter"] = Json(options.Delimiter),
        ["defaultModel"] = Json(options.DefaultModel),
        ["mapping"] = JsonSerializer.SerializeToElement(new Dictionary<string, string>(options.Mapping), WebJson.Default.DictionaryStringString),
    };

    private static JsonElement Json(string? text) => text is null ? JsonElement.Parse("null") : JsonSerializer.SerializeToElement(text, WebJson.Default.String);
}
