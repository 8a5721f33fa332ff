namespace Panorama.Web.Admin;

/// <summary>How a member of an entry is typed in.</summary>
public enum EntryInput
{
    Text,

    /// <summary>A whole number.</summary>
    Number,
    Paragraphs,
    Check,
    Select,

    /// <summary>Another entry, of the kind that <see cref="EntryField.Of"/> names.</summary>
    Entry,
    Zone,

    /// <summary>A list, one on each line.</summary>
    Lines,

    /// <summary>The ordered fields of a set.</summary>
    Fields,
}

/// <summary>One member of an entry on its form.</summary>
/// <param name="Name">As on the wire; names the label <c>catalogue.field.…</c> and, where there is one, the hint.</param>
/// <param name="Optional">It may be left empty.</param>
public sealed record EntryField(string Name, EntryInput Input = EntryInput.Text, bool Optional = true, int MaxLength = 200)
{
    /// <summary>Of the input, such as <c>email</c>.</summary>
    public string Type { get; init; } = "text";

    /// <summary>Of a select: the wire's spelling, and the key of its text.</summary>
    public IReadOnlyList<(string Value, string Key)> Values { get; init; } = [];

    /// <summary>Of another entry: its kind.</summary>
    public string? Of { get; init; }

    /// <summary>Of a custom field: the types that have it; empty for all.</summary>
    public IReadOnlyList<string> OnlyFor { get; init; } = [];
}

/// <summary>A kind of the catalogue: its address and what its form asks. The words are <c>catalogue.kind.…</c> and so on.</summary>
/// <param name="Path">In the address, here and at Api.</param>
/// <param name="UsesKey">The text of what refers to an entry; null where nothing does.</param>
public sealed record CatalogueKind(string Path, string Icon, string? UsesKey, IReadOnlyList<EntryField> Fields)
{
    private static readonly EntryField Name = new("name", Optional: false);

    private static readonly string[] FieldTypeNames =
        ["text", "textarea", "number", "date", "boolean", "list", "multi-list", "url", "email", "ip", "mac", "regex"];

    public static readonly IReadOnlyList<CatalogueKind> All =
    [
        new("categories", "boxes", "catalogue.uses.models",
        [
            Name,
            new("kind", EntryInput.Select, Optional: false) { Values = Keyed("asset.kind.", "VEHICLE", "HARDWARE", "LICENSE", "ACCESSORY", "CONSUMABLE", "COMPONENT", "OTHER") },
            new("checkoutAccepted", EntryInput.Check),
            new("eula", EntryInput.Paragraphs, MaxLength: 20_000),
        ]),
        new("manufacturers", "wrench", "catalogue.uses.models",
        [
            Name, new("url", MaxLength: 500) { Type = "url" }, new("supportEmail", MaxLength: 254) { Type = "email" }, new("supportPhone", MaxLength: 50) { Type = "tel" },
        ]),
        new("asset-models", "truck", "catalogue.uses.assets",
        [
            Name, new("modelNumber", MaxLength: 100), new("categoryId", EntryInput.Entry, Optional: false) { Of = "categories" },
            new("manufacturerId", EntryInput.Entry) { Of = "manufacturers" }, new("fieldsetId", EntryInput.Entry) { Of = "fieldsets" },
            new("depreciationId", EntryInput.Entry) { Of = "depreciations" },
            new("notes", EntryInput.Paragraphs, MaxLength: 2_000),
        ]),
        new("locations", "map-pin", "catalogue.uses.assets",
        [
            Name, new("parentId", EntryInput.Entry) { Of = "locations" }, new("address", EntryInput.Paragraphs, MaxLength: 500), new("timeZone", EntryInput.Zone, MaxLength: 64),
        ]),
        new("companies", "building-2", "catalogue.uses.assets", [Name]),
        new("suppliers", "send", "catalogue.uses.assets", [Name]),
        new("departments", "users", null, [Name]),
        new("status-labels", "circle-dot", "catalogue.uses.assets",
        [
            Name,
            new("type", EntryInput.Select, Optional: false) { Values = Keyed("catalogue.label_type.", "deployable", "pending", "undeployable", "archived") },
            new("mapsTo", EntryInput.Select, Optional: false) { Values = Keyed("badge.asset.", "READY", "IN_USE", "RESERVED", "MAINTENANCE", "RETIRED") },
            new("color", MaxLength: 7),
            new("isDefault", EntryInput.Check),
        ]),
        new("custom-fields", "pencil", "catalogue.uses.sets",
        [
            Name,
            new("type", EntryInput.Select, Optional: false) { Values = FieldTypes },
            new("choices", EntryInput.Lines, Optional: false, MaxLength: 20_000) { OnlyFor = ["list", "multi-list"] },
            new("pattern", Optional: false, MaxLength: 500) { OnlyFor = ["regex"] },
            new("required", EntryInput.Check),
            new("unique", EntryInput.Check) { OnlyFor = [.. FieldTypeNames.Except(["textarea", "boolean", "multi-list"])] },
            new("searchable", EntryInput.Check),
            new("showInList", EntryInput.Check),
            new("displayCheckout", EntryInput.Check),
            new("displayCheckin", EntryInput.Check),
            new("displayAudit", EntryInput.Check),
        ]),
        new("fieldsets", "columns-3", "catalogue.uses.models", [Name, new("fieldIds", EntryInput.Fields)]),
        new("depreciations", "chart-column", "catalogue.uses.models",
        [
            Name, new("months", EntryInput.Number, Optional: false, MaxLength: 3), new("floorPercent", EntryInput.Number, MaxLength: 3),
        ]),
    ];

    /// <summary>What a new custom field may hold.</summary>
    public static IReadOnlyList<(string Value, string Key)> FieldTypes => Keyed("catalogue.field_type.", FieldTypeNames);

    public static CatalogueKind? Find(string? path) => All.FirstOrDefault(k => k.Path == path);

    /// <summary>The name of the count that Api gives: <c>asset-models</c> is <c>assetModels</c>.</summary>
    public string CountName => string.Concat(Path.Split('-').Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

    public EntryField? Field(string name) => Fields.FirstOrDefault(f => f.Name == name);

    private static (string, string)[] Keyed(string prefix, params ReadOnlySpan<string> values)
    {
        var keyed = new (string, string)[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            keyed[i] = (values[i], prefix + values[i]);
        }

        return keyed;
    }
}
