using System.Text.Json;

namespace Panorama.Core.Assets;

/// <summary>What people write about an asset; its state, its holder and its readings change by what happens to it.</summary>
/// <param name="Tag">Null asks for the next number of the organisation.</param>
/// <param name="Name">Null takes the tag.</param>
/// <param name="Currency">Null with a cost takes the organisation's.</param>
/// <param name="CustomFields">What was sent, by field; null clears. A field that is not named stays.</param>
public sealed record AssetValues(
    Guid ModelId, string? Tag = null, string? Name = null, string? Serial = null, bool Bookable = false, Guid? StatusLabelId = null, Guid? LocationId = null,
    Guid? SupplierId = null, Guid? CompanyId = null, DateOnly? PurchaseDate = null, decimal? PurchaseCost = null, string? Currency = null,
    string? OrderNumber = null, int? WarrantyMonths = null, DateOnly? EolDate = null, string? Notes = null,
    IReadOnlyDictionary<Guid, JsonElement>? CustomFields = null)
{
    /// <summary>As an asset has them now.</summary>
    public static AssetValues Of(Asset asset) => new(
        asset.ModelId, asset.Tag, asset.Name, asset.Serial, asset.Bookable, asset.StatusLabelId, asset.LocationId, asset.SupplierId, asset.CompanyId,
        asset.PurchaseDate, asset.PurchaseCost, asset.Currency, asset.OrderNumber, asset.WarrantyMonths, asset.EolDate, asset.Notes);

    internal AssetValues Trimmed() => this with
    {
        Tag = Clean(Tag),
        Name = Clean(Name),
        Serial = Clean(Serial),
        Currency = Clean(Currency),
        OrderNumber = Clean(OrderNumber),
        Notes = Clean(Notes),
    };

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>One thing that an edit changed, as the audit keeps it.</summary>
/// <param name="Key">Wire name of the member; <c>customFields.&lt;id&gt;</c> for a custom field.</param>
/// <param name="Before">Short text, number or yes/no; the name of what was referred to.</param>
/// <param name="Label">Name of a custom field.</param>
public sealed record AssetChange(string Key, object? Before, object? After, string? Label = null)
{
    private const int MaxText = 200;

    internal static object? Short(object? value) => value is string { Length: > MaxText } text ? string.Concat(text.AsSpan(0, MaxText), "…") : value;
}

/// <summary>Why a change to an asset is refused; the codes are those of the wire.</summary>
/// <param name="Member">The member at fault; null where the asset or its surroundings are.</param>
public sealed record AssetRefusal(string Code, string? Member = null, IReadOnlyDictionary<string, object?>? Args = null)
{
    /// <summary>The member names something that is not there, or no longer to be chosen.</summary>
    public const string NotFound = "not_found";
    public const string Required = "required";
    public const string CustomFieldInvalid = "custom_field_invalid";
    public const string TagTaken = "asset_tag_taken";
    public const string SerialTaken = "asset_serial_taken";
    public const string LabelMismatch = "status_label_mismatch";

    internal static AssetRefusal Custom(Guid fieldId, string? name, string reason) =>
        new(CustomFieldInvalid, Args: new Dictionary<string, object?>(StringComparer.Ordinal) { ["fieldId"] = fieldId, ["name"] = name, ["reason"] = reason });
}
