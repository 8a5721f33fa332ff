using System.Text.Json;

namespace Panorama.Core.Assets;

/// <summary>What is done to each of many assets.</summary>
public enum BulkAction
{
    /// <summary>Gives values.</summary>
    Edit,

    /// <summary>Gives a status label, and with it its state.</summary>
    Status,
    Archive,
    Restore,
    Retire,

    /// <summary>Takes back what another run changed.</summary>
    Undo,
}

/// <summary>One change for many assets. A value that is not named stays; a reference that is null is cleared.</summary>
public sealed record AssetBulkChange(BulkAction Action)
{
    public const int MaxNotes = 10_000;

    /// <summary>Before the action, in the kind of a run.</summary>
    public const string KindPrefix = "assets.";

    public bool SetsLocation { get; init; }

    public Guid? LocationId { get; init; }

    public bool SetsSupplier { get; init; }

    public Guid? SupplierId { get; init; }

    public bool? Bookable { get; init; }

    /// <summary>Goes below the notes there are, on a line of its own.</summary>
    public string? AppendNotes { get; init; }

    /// <summary>Of the action <see cref="BulkAction.Status"/>.</summary>
    public Guid? StatusLabelId { get; init; }

    public string Kind => KindPrefix + Action.ToString().ToLowerInvariant();

    /// <param name="kind">Of the run.</param>
    /// <param name="request">Of the run; its <c>values</c> are read.</param>
    public static AssetBulkChange Read(string kind, string request)
    {
        ArgumentNullException.ThrowIfNull(kind);
        using var json = JsonDocument.Parse(request);
        var change = new AssetBulkChange(Enum.Parse<BulkAction>(kind[KindPrefix.Length..], ignoreCase: true));
        if (!json.RootElement.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Object)
        {
            return change;
        }

        var (setsLocation, location) = Reference("locationId");
        var (setsSupplier, supplier) = Reference("supplierId");
        return change with
        {
            SetsLocation = setsLocation,
            LocationId = location,
            SetsSupplier = setsSupplier,
            SupplierId = supplier,
            Bookable = values.TryGetProperty("bookable", out var bookable) && bookable.ValueKind is JsonValueKind.True or JsonValueKind.False ? bookable.GetBoolean() : null,
            AppendNotes = values.TryGetProperty("appendNotes", out var notes) ? notes.GetString() : null,
            StatusLabelId = Reference("statusLabelId").Id,
        };

        (bool IsThere, Guid? Id) Reference(string name) =>
            !values.TryGetProperty(name, out var value) ? (false, null) : (true, value.ValueKind == JsonValueKind.String ? value.GetGuid() : null);
    }
}

/// <summary>An asset that a run is to change.</summary>
/// <param name="Version">That was there when it was chosen: what somebody changed since is not overwritten.</param>
/// <param name="Restore">Of an undo: the values to put back, as <see cref="AssetBulkResult.Before"/> had them.</param>
internal sealed record AssetBulkItem(Guid AssetId, int Version, JsonElement? Restore = null);

/// <summary>What became of it.</summary>
/// <param name="Code">Why it was not changed; null when it was.</param>
/// <param name="Before">JSON of the members that changed, and the version.</param>
internal sealed record AssetBulkResult(Guid AssetId, string? Code, string? Before = null, string? After = null)
{
    public const string NothingToChange = "nothing_to_change";
    public const string VersionMismatch = "version_mismatch";
    public const string NotFound = "asset_not_found";
    public const string Archived = "asset_archived";
    public const string NotArchived = "asset_not_archived";
    public const string InCustody = "asset_in_custody";
    public const string NotAvailable = "asset_not_available";
    public const string UseReturnToService = "use_return_to_service";
    public const string TagTaken = "asset_tag_taken";
    public const string SerialTaken = "asset_serial_taken";
    public const string NotesTooLong = "notes_too_long";
    public const string ValueGone = "value_gone";
}
