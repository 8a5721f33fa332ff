using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panorama.Web.Api;
using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets;

/// <summary>
/// What the form of an asset holds, as text by member; custom fields are <c>cf-</c> and the id. It carries what the person saw when it was opened, so
/// that only what they changed is sent, and an edit that came second can be compared field by field.
/// </summary>
public sealed class AssetForm
{
    public const string CustomPrefix = "cf-";

    private const char Between = '\n';
    private static readonly string[] Words = ["tag", "name", "serial", "orderNumber", "currency", "notes"];
    private static readonly string[] Ids = ["modelId", "statusLabelId", "locationId", "supplierId", "companyId"];
    private static readonly string[] Days = ["purchaseDate", "eolDate"];

    /// <summary>Every member in the order of the page.</summary>
    public static readonly string[] Members =
    [
        "tag", "name", "modelId", "serial", "statusLabelId", "locationId", "companyId", "bookable", "purchaseDate", "purchaseCost", "currency", "supplierId",
        "orderNumber", "warrantyMonths", "eolDate", "notes",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>As the page was opened with.</summary>
    public IDictionary<string, string> Seen { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public int Version { get; init; }

    /// <summary>Of the form, so that sent twice it makes one asset.</summary>
    public string Key { get; init; } = "";

    public string this[string member]
    {
        get => _values.GetValueOrDefault(member, "");
        set => _values[member] = value;
    }

    public Guid? ModelId => Id("modelId");

    public static AssetForm New(string key) => new() { Key = key };

    /// <param name="isClone">Takes what may be the same on two assets.</param>
    public static AssetForm Of(AssetDetail asset, bool isClone = false, string key = "")
    {
        var form = new AssetForm { Version = asset.Version, Key = key };
        form._values["tag"] = isClone ? "" : asset.Tag;
        form._values["name"] = asset.Name == asset.Tag ? "" : asset.Name ?? "";
        form._values["serial"] = isClone ? "" : asset.Serial ?? "";
        form._values["modelId"] = asset.ModelId?.ToString() ?? "";
        form._values["statusLabelId"] = isClone ? "" : asset.StatusLabel?.Id.ToString() ?? "";
        form._values["locationId"] = asset.LocationId?.ToString() ?? "";
        form._values["supplierId"] = asset.SupplierId?.ToString() ?? "";
        form._values["companyId"] = asset.CompanyId?.ToString() ?? "";
        form._values["bookable"] = asset.Bookable ? "true" : "";
        form._values["purchaseDate"] = Day(asset.PurchaseDate);
        form._values["purchaseCost"] = Formats.EditedNumber(asset.PurchaseCost);
        form._values["currency"] = asset.Currency ?? "";
        form._values["orderNumber"] = asset.OrderNumber ?? "";
        form._values["warrantyMonths"] = asset.WarrantyMonths?.ToString(CultureInfo.InvariantCulture) ?? "";
        form._values["eolDate"] = Day(asset.EolDate);
        form._values["notes"] = asset.Notes ?? "";
        return form.With(asset.CustomFields);
    }

    /// <summary>Of the added fields alone, for a page that asks for nothing else of an asset.</summary>
    public static AssetForm OfFields(AssetDetail asset) => new AssetForm { Version = asset.Version }.With(asset.CustomFields);

    /// <summary>As the browser sent it. Where two versions were compared, a field for which the stored one was chosen takes that.</summary>
    public static AssetForm Read(IFormCollection sent)
    {
        var form = new AssetForm
        {
            Version = int.TryParse(sent["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0,
            Key = sent["key"].ToString(),
            Seen = ReadSeen(sent["seen"]),
        };
        foreach (var member in Members.Concat(sent.Keys.Where(k => k.StartsWith(CustomPrefix, StringComparison.Ordinal))).Distinct(StringComparer.Ordinal))
        {
            var value = string.Join(Between, sent[member].Where(v => !string.IsNullOrEmpty(v))).ReplaceLineEndings("\n").Trim();

            // The stored version was chosen, and the field below was not edited after that.
            var isStored = sent["use-" + member] == "stored" && sent["mine-" + member].ToString().ReplaceLineEndings("\n").Trim() == value;
            form._values[member] = isStored ? form.WasSeen(member) : value;
        }

        return form;
    }

    /// <summary>Puts another version under the same typed values: they are then compared with it.</summary>
    public AssetForm On(AssetForm stored)
    {
        var form = new AssetForm { Version = stored.Version, Key = Key, Seen = stored.Seen };
        foreach (var (member, value) in _values)
        {
            form._values[member] = value;
        }

        return form;
    }

    public string SeenJson => JsonSerializer.Serialize(new Dictionary<string, string>(Seen), WebJson.Default.DictionaryStringString);

    public IReadOnlyList<string> Choices(string member) => this[member].Length == 0 ? [] : this[member].Split(Between);

    public string WasSeen(string member) => Seen.TryGetValue(member, out var value) ? value : "";

    public Guid? Id(string member) => Guid.TryParse(this[member], out var id) ? id : null;

    /// <summary>Members whose value is not the one that was seen.</summary>
    public IEnumerable<string> Changed() => _values.Keys.Where(m => this[m] != WasSeen(m));

    /// <summary>The body of the request: what was changed, in the wire's form. Faults are added to <paramref name="errors"/>.</summary>
    internal JsonObject Body(FormErrors errors, Texts texts, IReadOnlyList<CustomFieldChoice> fields, bool isNew)
    {
        var body = new JsonObject();
        foreach (var member in Changed().Where(m => !m.StartsWith(CustomPrefix, StringComparison.Ordinal) && !(isNew && this[m].Length == 0)))
        {
            body[member] = Wire(member, errors, texts);
        }

        if (CustomBody(errors, texts, fields) is { } custom)
        {
            body["customFields"] = custom;
        }

        return body;
    }

    /// <summary>What was changed of the added fields; null when nothing was.</summary>
    internal JsonObject? CustomBody(FormErrors errors, Texts texts, IReadOnlyList<CustomFieldChoice> fields)
    {
        var custom = new JsonObject();
        foreach (var member in Changed())
        {
            if (fields.FirstOrDefault(f => CustomPrefix + f.Id == member) is { } field)
            {
                custom[field.Id.ToString()] = Custom(field, member, errors, texts);
            }
        }

        return custom.Count > 0 ? custom : null;
    }

    /// <summary>Api's refusal, at the field that it is about.</summary>
    internal static void Take(ApiProblem problem, FormErrors errors, Texts texts)
    {
        var sentence = ProblemTexts.Sentence(problem, texts);
        switch (problem.Code)
        {
            case "asset_tag_taken":
                errors.Add("tag", sentence);
                break;
            case "asset_serial_taken":
                errors.Add("serial", sentence);
                break;
            case "status_label_mismatch":
                errors.Add("statusLabelId", sentence);
                break;
            case "custom_field_invalid" when problem.Args?.TryGetValue("fieldId", out var field) == true:
                var reason = problem.Args.TryGetValue("reason", out var why) ? why.ToString() : "";
                var name = problem.Args.TryGetValue("name", out var called) ? called.ToString() : "";
                errors.Add(CustomPrefix + field, texts.Has("asset.error.custom." + reason) ? texts["asset.error.custom." + reason, ("field", name)] : sentence);
                break;
            default:
                errors.Take(problem, texts, "asset");
                break;
        }
    }

    private AssetForm With(IReadOnlyList<AssetCustomField>? fields)
    {
        foreach (var field in fields ?? [])
        {
            _values[CustomPrefix + field.FieldId] = Stored(field);
        }

        foreach (var (member, value) in _values)
        {
            Seen[member] = value;
        }

        return this;
    }

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Stored(AssetCustomField field) => field.Value switch
    {
        { ValueKind: JsonValueKind.Array } list => string.Join(Between, list.EnumerateArray().Select(v => v.ToString())),
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        { } value when string.Equals(field.Type, "number", StringComparison.OrdinalIgnoreCase) => Formats.EditedNumber(value.ToString()),
        { } value => value.ToString(),
        null => "",
    };

    private static Dictionary<string, string> ReadSeen(string? json)
    {
        try
        {
            return string.IsNullOrEmpty(json) ? [] : JsonSerializer.Deserialize(json, WebJson.Default.DictionaryStringString) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private JsonNode? Wire(string member, FormErrors errors, Texts texts)
    {
        var text = this[member];
        if (member == "bookable")
        {
            return JsonValue.Create(text == "true");
        }

        if (text.Length == 0)
        {
            return null;
        }

        JsonNode? value = null;
        if (Words.Contains(member))
        {
            value = JsonValue.Create(member == "currency" ? text.ToUpperInvariant() : text);
        }
        else if (Ids.Contains(member))
        {
            value = Guid.TryParse(text, out var id) ? JsonValue.Create(id.ToString()) : null;
        }
        else if (Days.Contains(member))
        {
            value = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? JsonValue.Create(text) : null;
        }
        else if (member == "purchaseCost")
        {
            value = Formats.TypedNumber(text) is { } amount ? JsonValue.Create(amount) : null;
        }
        else if (member == "warrantyMonths")
        {
            value = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months) ? JsonValue.Create(months) : null;
        }

        if (value is null)
        {
            errors.Add(member, texts["errors.member.wrong_form", ("field", texts["asset.field." + member])]);
        }

        return value;
    }

    private JsonNode? Custom(CustomFieldChoice field, string member, FormErrors errors, Texts texts)
    {
        var text = this[member];
        if (text.Length == 0)
        {
            return null;
        }

        switch (field.Type)
        {
            case "multi-list":
                return new JsonArray([.. Choices(member).Select(c => (JsonNode)JsonValue.Create(c))]);
            case "number":
                var negative = text.StartsWith('-') || text.StartsWith('\u2212');
                if (Formats.TypedNumber(negative ? text[1..] : text) is { } number)
                {
                    return JsonValue.Create(negative ? "-" + number : number);
                }

                errors.Add(member, texts["errors.member.wrong_form", ("field", field.Name)]);
                return null;
            default:
                return JsonValue.Create(text);
        }
    }
}
