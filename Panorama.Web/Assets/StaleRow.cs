using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets;

/// <summary>One field of which two versions exist.</summary>
/// <param name="Typed">As the form holds it, to see whether it is edited after this.</param>
/// <param name="IsMine">The person changed it and chooses; else only somebody else did, and the stored one is taken.</param>
public sealed record StaleRow(string Member, string Label, string Mine, string Stored, string Typed, bool IsMine)
{
    /// <param name="members">Of the form, besides the added fields.</param>
    /// <param name="before">As sent, over the version that was seen.</param>
    /// <param name="after">The same values over the version that is stored now.</param>
    internal static IReadOnlyList<StaleRow> Compare(IEnumerable<string> members, AssetForm before, AssetForm after, AssetDetail stored, AssetChoices choices, Texts texts)
    {
        var rows = new List<StaleRow>();
        foreach (var member in members.Concat(choices.Fields.Select(f => AssetForm.CustomPrefix + f.Id)))
        {
            var now = after.WasSeen(member);
            if (before[member] == now)
            {
                continue;
            }

            var isMine = before[member] != before.WasSeen(member);
            rows.Add(new StaleRow(
                member, LabelOf(member, choices, texts), Shown(member, before[member], stored, choices, texts), Shown(member, now, stored, choices, texts), before[member], isMine));
            after[member] = isMine ? before[member] : now;
        }

        return rows;
    }

    private static string LabelOf(string member, AssetChoices choices, Texts texts) => choices.Fields.FirstOrDefault(f => AssetForm.CustomPrefix + f.Id == member)?.Name
        ?? texts["asset.field." + member];

    private static string Shown(string member, string value, AssetDetail stored, AssetChoices choices, Texts texts)
    {
        if (value.Length == 0)
        {
            return member == "bookable" ? texts["common.no"] : texts["asset.none"];
        }

        string? Name(string kind, Guid? id, string? name) => choices.Of(kind).FirstOrDefault(c => c.Id.ToString() == value)?.Name ?? (id?.ToString() == value ? name : null);
        return member switch
        {
            "bookable" => texts["common.yes"],
            "modelId" => choices.Model?.Id.ToString() == value ? choices.Model.Name : stored.ModelId?.ToString() == value ? stored.ModelName ?? value : value,
            "statusLabelId" => choices.Labels.FirstOrDefault(l => l.Id.ToString() == value)?.Name ?? value,
            "locationId" => Name("locations", stored.LocationId, stored.LocationName) ?? value,
            "supplierId" => Name("suppliers", stored.SupplierId, stored.SupplierName) ?? value,
            "companyId" => Name("companies", stored.CompanyId, stored.CompanyName) ?? value,
            "purchaseDate" or "eolDate" when DateOnly.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var day) => Formats.Day(day),
            _ when choices.Fields.FirstOrDefault(f => AssetForm.CustomPrefix + f.Id == member) is { Type: "boolean" } => texts[value == "true" ? "common.yes" : "common.no"],
            _ => value.Replace("\n", choices.Fields.Any(f => f.Type == "multi-list" && AssetForm.CustomPrefix + f.Id == member) ? ", " : " ", StringComparison.Ordinal),
        };
    }
}
