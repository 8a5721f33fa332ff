using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Importing;

namespace Panorama.Api.Importing;

/// <summary>What was found in the file, and what it needs to be imported.</summary>
/// <param name="Encoding">Name for people.</param>
/// <param name="EncodingSample">A cell beyond ASCII when nothing in the file proves the encoding: whoever sees it broken chooses another.</param>
/// <param name="Damaged">True when some bytes are not of the encoding; their rows are refused.</param>
/// <param name="Delimiter">`comma`, `semicolon`, `tab` or `pipe`.</param>
/// <param name="LineEnds">`CRLF`, `LF`, `CR` or `MIXED`.</param>
/// <param name="Fields">What a column may be mapped to, beside `ignore`.</param>
/// <param name="Choices">What the mapped columns need to be told. Nothing is preselected.</param>
/// <param name="Encodings">Names that `encoding` may have.</param>
public sealed record InspectionResponse(
    string Encoding, string? EncodingSample, bool Damaged, string Delimiter, string LineEnds, int Rows, IReadOnlyList<InspectionColumn> Columns,
    IReadOnlyList<InspectedRow> Preview, IReadOnlyList<InspectionField> Fields, IReadOnlyList<InspectionChoice> Choices, IReadOnlyList<string> Encodings);

/// <param name="Index">Position, from 0; what a mapping names.</param>
/// <param name="Samples">Up to three different cells.</param>
/// <param name="Filled">Rows whose cell is not empty.</param>
/// <param name="Suggested">What the column seems to fill, by its name.</param>
/// <param name="Target">What it fills now: chosen, else as suggested.</param>
public sealed record InspectionColumn(int Index, string Header, IReadOnlyList<string> Samples, int Filled, string Suggested, string Target);

/// <param name="Target">A field such as `purchaseCost`, or `custom:` with a custom field's id.</param>
/// <param name="Name">Of a custom field; null for one of ours.</param>
public sealed record InspectionField(string Target, string? Name);

/// <param name="Choice">`dates`, `numbers` or `currency`.</param>
/// <param name="Chosen">Null: nobody did.</param>
public sealed record InspectionChoice(string Choice, string? Chosen, IReadOnlyList<string> Columns, IReadOnlyList<ChoiceOption> Options);

internal static class InspectImport
{
    public static async Task<Results<Ok<InspectionResponse>, ProblemHttpResult>> Handle(string id, HttpContext context, ImportReader imports, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        if (import.Inspection is null)
        {
            return ImportProblems.Wrong(import.State);
        }

        IfMatch.WriteTag(context, import.Version);
        return TypedResults.Ok(Describe(import, await imports.FieldsAsync(import.Kind, cancellationToken)));
    }

    public static AssetInspection Parse(string json) => JsonSerializer.Deserialize(json, ImportJson.Default.AssetInspection)!;

    /// <summary>What each column fills: chosen, else as suggested.</summary>
    public static IReadOnlyList<string> Targets(AssetInspection inspection, StoredImportOptions options, IReadOnlyCollection<CustomFieldInfo> fields, ImportKind kind) =>
        [.. AssetColumns.Suggest(Headers(inspection), fields, kind).Select((suggested, i) => options.Mapping.GetValueOrDefault(i.ToString(CultureInfo.InvariantCulture)) ?? suggested)];

    public static IReadOnlyList<string> Headers(AssetInspection inspection) => [.. inspection.Columns.Select(c => c.Header)];

    private static InspectionResponse Describe(LockedImport import, IReadOnlyCollection<CustomFieldInfo> fields)
    {
        var inspection = Parse(import.Inspection!);
        var suggested = AssetColumns.Suggest(Headers(inspection), fields, import.Kind);
        var targets = Targets(inspection, import.Options, fields, import.Kind);
        var choices = ImportChoices.Of(inspection, targets, fields, import.Options.Currency, import.Kind);
        return new InspectionResponse(
            inspection.Encoding, inspection.EncodingSample, inspection.Damaged,
            inspection.Delimiter switch { ";" => "semicolon", "\t" => "tab", "|" => "pipe", _ => "comma" }, inspection.LineEnds, inspection.Rows,
            [.. inspection.Columns.Select((c, i) => new InspectionColumn(i, c.Header, c.Samples, c.Filled, suggested[i], targets[i]))], inspection.Preview,
            [.. ColumnTarget.Fields(import.Kind).Select(f => new InspectionField(f, null)), .. fields.Select(f => new InspectionField(ColumnTarget.Of(f.Id), f.Name))],
            [.. choices.Select(c => new InspectionChoice(c.Choice, Chosen(c.Choice, import.Options), c.Columns, c.Options))], CsvText.Names);
    }

    public static string? Chosen(string choice, StoredImportOptions options) => choice switch { "dates" => options.Dates, "numbers" => options.Numbers, _ => options.Currency };
}
