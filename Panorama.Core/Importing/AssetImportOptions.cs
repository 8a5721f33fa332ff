namespace Panorama.Core.Importing;

/// <summary>What happens to the good rows of a file that has bad ones.</summary>
public enum ImportMode
{
    /// <summary>One bad row and nothing is stored.</summary>
    AllOrNothing,

    /// <summary>Bad rows are reported and left out; the rest is stored in batches.</summary>
    SkipBad,
}

/// <summary>What happens to a row whose tag an asset has already.</summary>
public enum ExistingAssets
{
    /// <summary>The asset stays; each cell that says otherwise is reported.</summary>
    Keep,

    /// <summary>The asset takes over each cell that is not empty and says otherwise. Who holds it stays: that is a check-out or check-in.</summary>
    Update,

    /// <summary>The row is rejected.</summary>
    Reject,
}

/// <summary>What the person chose for one file.</summary>
public sealed record AssetImportOptions
{
    public ImportKind Kind { get; init; }

    /// <summary>Null: not chosen, which refuses a file with dates.</summary>
    public DateOrder? Dates { get; init; }

    /// <summary>Null: not chosen, which refuses a file with amounts.</summary>
    public DecimalSign? Numbers { get; init; }

    /// <summary>ISO 4217 code of the file's amounts. Null: not chosen, which refuses a file with amounts.</summary>
    public string? Currency { get; init; }

    public ImportMode Mode { get; init; }

    public ExistingAssets Existing { get; init; }

    /// <summary>The same run, rolled back.</summary>
    public bool DryRun { get; init; }

    /// <summary>One of <see cref="CsvText.Names"/>; null detects.</summary>
    public string? Encoding { get; init; }

    /// <summary>Null detects a comma, a semicolon, a tab or a pipe.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Model of rows without one; null: <c>Unknown</c>.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>What a column fills, by its position from 0, as <see cref="ColumnTarget"/> has it; the other columns are known by their names.</summary>
    public IReadOnlyDictionary<int, string> Mapping { get; init; } = new Dictionary<int, string>();

    /// <summary>Names of categories that hold vehicles, beside those whose name says so.</summary>
    public IReadOnlyList<string> VehicleCategories { get; init; } = [];
}

/// <summary>How far a run is.</summary>
public sealed record ImportProgress(
    int RowsDone, int RowsTotal, int Created, int Matched, int Rejected, int Updated = 0, int PeopleCreated = 0, int Custodies = 0);

/// <summary>A column that needs a choice nobody made.</summary>
/// <param name="Flag">Name of the choice: dates, numbers or currency.</param>
/// <param name="Column">Header of the column.</param>
/// <param name="Samples">Up to two cells of it.</param>
public sealed record MissingChoice(string Flag, string Column, IReadOnlyList<string> Samples);

/// <summary>The end of a run.</summary>
public sealed record AssetImportResult
{
    /// <summary>Id of the row in <c>imports</c>; null after a dry run.</summary>
    public Guid? ImportId { get; init; }

    public required string Encoding { get; init; }

    /// <summary>First cell beyond ASCII when the encoding was assumed: the person can see whether it reads well.</summary>
    public string? EncodingSample { get; init; }

    public required char Delimiter { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }

    public required IReadOnlyList<string> UnknownColumns { get; init; }

    /// <summary>Choices without which the file cannot be read; nothing was done when there is one.</summary>
    public IReadOnlyList<MissingChoice> MissingChoices { get; init; } = [];

    public int RowsTotal { get; init; }

    public int Created { get; init; }

    /// <summary>Rows that changed the asset of their tag; none unless <see cref="AssetImportOptions.Existing"/> says so.</summary>
    public int Updated { get; init; }

    /// <summary>Rows whose tag exists already and that changed nothing.</summary>
    public int Matched { get; init; }

    public int Rejected { get; init; }

    public int PeopleCreated { get; init; }

    public int Custodies { get; init; }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>False after a dry run, a refused choice, or an all-or-nothing run with a bad row.</summary>
    public bool Stored { get; init; }

    /// <summary>True when somebody asked the run to stop before its end.</summary>
    public bool Cancelled { get; init; }

    /// <summary>True when the process that ran it is stopping: the next one goes on.</summary>
    public bool Paused { get; init; }
}
