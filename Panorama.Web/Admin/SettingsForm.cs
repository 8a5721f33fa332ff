using System.Globalization;
using Panorama.Web.Api;

namespace Panorama.Web.Admin;

/// <summary>What the form of the settings holds, as text by member.</summary>
internal sealed class SettingsForm
{
    private const int MostDigits = 12;

    /// <summary>How many digits a number may be padded to.</summary>
    public static readonly IReadOnlyList<string> DigitChoices = [.. Enumerable.Range(1, MostDigits).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    public static readonly IReadOnlyList<string> Units = ["metric", "imperial"];

    public static readonly IReadOnlyList<string> Members =
    [
        "displayName", "name", "locale", "timezone", "units", "currency", "assetNumberPrefix", "nextAssetNumber", "assetNumberDigits", "uniqueSerials", "photoRetentionDays",
    ];

    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    public int Version { get; set; }

    public string? this[string member] => _values.GetValueOrDefault(member);

    /// <summary>Nothing was typed, or a number.</summary>
    public bool HasDays => this["photoRetentionDays"] is null || Number("photoRetentionDays") is not null;

    public bool HasNumber => Number("nextAssetNumber") is not null;

    /// <summary>The tag that the next asset gets, as <c>FN-00042</c>.</summary>
    public string Preview => this["assetNumberPrefix"] + (Number("nextAssetNumber") ?? 1).ToString("D" + Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public OrganisationChange Change => new(
        Trimmed("name") ?? "", Trimmed("displayName") ?? "", this["locale"] ?? "", Trimmed("timezone") ?? "", this["units"] ?? "", Trimmed("currency")?.ToUpperInvariant(),
        Trimmed("assetNumberPrefix"), Number("nextAssetNumber"), Digits, this["uniqueSerials"] == "true", Number("photoRetentionDays"));

    private int Digits => Math.Clamp(Number("assetNumberDigits") ?? 1, 1, MostDigits);

    public static SettingsForm Of(OrganisationSettings stored)
    {
        var form = new SettingsForm { Version = stored.Version };
        form._values["displayName"] = stored.DisplayName;
        form._values["name"] = stored.Name;
        form._values["locale"] = stored.Locale;
        form._values["timezone"] = stored.Timezone;
        form._values["units"] = stored.Units;
        form._values["currency"] = stored.Currency;
        form._values["assetNumberPrefix"] = stored.AssetNumberPrefix;
        form._values["nextAssetNumber"] = stored.NextAssetNumber.ToString(CultureInfo.InvariantCulture);
        form._values["assetNumberDigits"] = stored.AssetNumberDigits.ToString(CultureInfo.InvariantCulture);
        form._values["uniqueSerials"] = stored.UniqueSerials ? "true" : null;
        form._values["photoRetentionDays"] = stored.PhotoRetentionDays?.ToString(CultureInfo.InvariantCulture);
        return form;
    }

    public static SettingsForm Of(IFormCollection sent)
    {
        var form = new SettingsForm { Version = int.TryParse(sent["version"], CultureInfo.InvariantCulture, out var version) ? version : 0 };
        foreach (var member in Members)
        {
            form._values[member] = sent[member].ToString() is { Length: > 0 } value ? value : null;
        }

        return form;
    }

    private string? Trimmed(string member) => this[member]?.Trim() is { Length: > 0 } value ? value : null;

    // 1 042 and 1,042 are typed as well.
    private int? Number(string member) =>
        int.TryParse(new string([.. (this[member] ?? "").Where(c => !char.IsWhiteSpace(c) && c is not (',' or '.'))]), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
