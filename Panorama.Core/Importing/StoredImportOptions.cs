using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panorama.Core.Importing;

/// <summary>What was chosen for an import, as its row keeps it and the wire has it. Settable: generated readers overwrite the defaults of what is init-only.</summary>
public sealed record StoredImportOptions
{
    /// <summary>`dmy`, `mdy` or `iso`.</summary>
    public string? Dates { get; set; }

    /// <summary>`point` or `comma`.</summary>
    public string? Numbers { get; set; }

    /// <summary>ISO 4217.</summary>
    public string? Currency { get; set; }

    /// <summary>`all-or-nothing` or `skip-bad`.</summary>
    public string Mode { get; set; } = "all-or-nothing";

    /// <summary>`keep`, `update` or `reject`.</summary>
    public string Existing { get; set; } = "keep";

    /// <summary>Null detects.</summary>
    public string? Encoding { get; set; }

    /// <summary>`comma`, `semicolon`, `tab` or `pipe`; null detects.</summary>
    public string? Delimiter { get; set; }

    public string? DefaultModel { get; set; }

    public IReadOnlyList<string> VehicleCategories { get; set; } = [];

    /// <summary>Column position, from 0, to what it fills.</summary>
    public IReadOnlyDictionary<string, string> Mapping { get; set; } = new Dictionary<string, string>();

    public static StoredImportOptions Parse(string json) => JsonSerializer.Deserialize(json, ImportJson.Default.StoredImportOptions) ?? new();

    public string ToJson() => JsonSerializer.Serialize(this, ImportJson.Default.StoredImportOptions);

    public AssetImportOptions ToOptions(ImportKind kind, bool dryRun) => new()
    {
        Kind = kind,
        Dates = Dates switch { "dmy" => DateOrder.DayMonthYear, "mdy" => DateOrder.MonthDayYear, "iso" => DateOrder.Iso, _ => null },
        Numbers = Numbers switch { "point" => DecimalSign.Point, "comma" => DecimalSign.Comma, _ => null },
        Currency = Currency,
        Mode = Mode == "skip-bad" ? ImportMode.SkipBad : ImportMode.AllOrNothing,
        Existing = Existing switch { "update" => ExistingAssets.Update, "reject" => ExistingAssets.Reject, _ => ExistingAssets.Keep },
        DryRun = dryRun,
        Encoding = Encoding,
        Delimiter = DelimiterOf(Delimiter),
        DefaultModel = DefaultModel,
        VehicleCategories = VehicleCategories,
        Mapping = Mapping.ToDictionary(m => int.Parse(m.Key, NumberStyles.None, CultureInfo.InvariantCulture), m => m.Value),
    };

    public static char? DelimiterOf(string? name) => name switch { "comma" => ',', "semicolon" => ';', "tab" => '\t', "pipe" => '|', _ => null };
}

/// <summary>JSON of <c>imports.options</c> and <c>imports.inspection</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredImportOptions))]
[JsonSerializable(typeof(AssetInspection))]
public sealed partial class ImportJson : JsonSerializerContext;
