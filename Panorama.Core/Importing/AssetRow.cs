using Panorama.Core.Assets;

namespace Panorama.Core.Importing;

/// <summary>Who holds the asset, as the row says it.</summary>
internal sealed record HolderCells(string? Username, string? FirstName, string? LastName, string? FullName, string? Email, string? Location)
{
    public bool IsPerson => Location is null;

    public string DisplayName
    {
        get
        {
            var name = FullName ?? string.Join(' ', new[] { FirstName, LastName }.Where(part => part is not null));
            return name.Length > 0 ? name : Username ?? Email ?? Location ?? "";
        }
    }
}

/// <summary>One row of the file, of whatever kind, read and checked as far as that is possible without the database.</summary>
internal sealed class AssetRow
{
    public required int Line { get; init; }

    public string Tag { get; set; } = "";

    public string Name { get; set; } = "";

    public Dictionary<AssetField, string> Text { get; } = [];

    public DateOnly? PurchaseDate { get; set; }

    public DateOnly? EolDate { get; set; }

    public DateOnly? ExpectedCheckin { get; set; }

    public decimal? PurchaseCost { get; set; }

    public decimal? Mileage { get; set; }

    public int? WarrantyMonths { get; set; }

    public bool? Bookable { get; set; }

    /// <summary>The machine state; null where the file does not say, or only by its label.</summary>
    public AssetStatus? State { get; set; }

    public bool IsArchived { get; set; }

    /// <summary>Of a person: false keeps somebody from signing in here.</summary>
    public bool? Activated { get; set; }

    public bool? Vip { get; set; }

    public bool? Remote { get; set; }

    public DateOnly? StartDate { get; set; }

    public DateOnly? EndDate { get; set; }

    /// <summary>Of the row's amount; null takes the one chosen for the file.</summary>
    public string? Currency { get; set; }

    public HolderCells? Holder { get; set; }

    public List<(CustomFieldInfo Field, string Value)> Custom { get; } = [];

    /// <summary>What became of the row, once it is known.</summary>
    public ImportOutcome Outcome { get; set; } = ImportOutcome.Matched;

    /// <summary>The asset that the row made or changed.</summary>
    public Guid? AssetId { get; set; }

    /// <summary>As the file writes them.</summary>
    public required string[] Cells { get; init; }

    public List<Finding> Findings { get; } = [];

    public bool IsRejected { get; private set; }

    public string? this[AssetField field] => Text.GetValueOrDefault(field);

    public void Warn(string? column, string code, params ReadOnlySpan<(string Name, string Value)> args) =>
        Findings.Add(Finding.Warning(Line, column, code, args));

    public void Reject(string? column, string code, params ReadOnlySpan<(string Name, string Value)> args)
    {
        Findings.Add(Finding.Reject(Line, column, code, args));
        IsRejected = true;
        Outcome = ImportOutcome.Rejected;
    }
}
