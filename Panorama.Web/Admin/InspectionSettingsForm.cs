using System.Globalization;
using Panorama.Web.Api;

namespace Panorama.Web.Admin;

/// <summary>What the form of the rules of inspections holds, as text by member; bytes are megabytes to people.</summary>
internal sealed class InspectionSettingsForm
{
    private const decimal Megabyte = 1_048_576;

    public static readonly IReadOnlyList<string> Members = ["maxPhotosPerInspection", "maxPhotoBytes", "maxPhotoDimension", "staleInProgressHours", "requireSignature", "inspectionPhotoRetentionDays"];

    private static readonly string[] Needed = ["maxPhotosPerInspection", "maxPhotoBytes", "maxPhotoDimension", "staleInProgressHours"];

    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    public int Version { get; set; }

    public string? this[string member] => _values.GetValueOrDefault(member);

    /// <summary>Members that were left empty although they are needed.</summary>
    public IEnumerable<string> Empty => Needed.Where(m => this[m] is null);

    /// <summary>Members in which something else than a number was typed.</summary>
    public IEnumerable<string> NoNumbers => Members.Where(m => m != "requireSignature" && this[m] is not null && (m == "maxPhotoBytes" ? Bytes is null : Number(m) is null));

    private int? Bytes => decimal.TryParse(this["maxPhotoBytes"]?.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var megabytes)
        ? (int)Math.Min(megabytes * Megabyte, int.MaxValue)
        : null;

    /// <param name="stored">What it does not show stays.</param>
    public InspectionSettingsChange ChangeOf(InspectionSettings stored) => new(
        Number("maxPhotosPerInspection") ?? 0, this["maxPhotoBytes"] == Of(stored)["maxPhotoBytes"] ? stored.MaxPhotoBytes : Bytes ?? 0, Number("maxPhotoDimension") ?? 0,
        Number("staleInProgressHours") ?? 0, stored.PreCheckoutInspectionMaxAgeMinutes, this["requireSignature"] == "true", Number("inspectionPhotoRetentionDays"));

    public static InspectionSettingsForm Of(InspectionSettings stored)
    {
        var form = new InspectionSettingsForm { Version = stored.Version };
        form._values["maxPhotosPerInspection"] = Text(stored.MaxPhotosPerInspection);
        form._values["maxPhotoBytes"] = Math.Round(stored.MaxPhotoBytes / Megabyte, 1).ToString("0.#", CultureInfo.InvariantCulture);
        form._values["maxPhotoDimension"] = Text(stored.MaxPhotoDimension);
        form._values["staleInProgressHours"] = Text(stored.StaleInProgressHours);
        form._values["requireSignature"] = stored.RequireSignature ? "true" : null;
        form._values["inspectionPhotoRetentionDays"] = stored.InspectionPhotoRetentionDays is { } days ? Text(days) : null;
        return form;

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    public static InspectionSettingsForm Of(IFormCollection sent)
    {
        var form = new InspectionSettingsForm { Version = int.TryParse(sent["version"], CultureInfo.InvariantCulture, out var version) ? version : 0 };
        foreach (var member in Members)
        {
            form._values[member] = sent[member].ToString().Trim() is { Length: > 0 } value ? value : null;
        }

        return form;
    }

    private int? Number(string member) =>
        int.TryParse(this[member]?.Replace(" ", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
