namespace Panorama.Worker.Audit;

/// <summary>What the sealer last saw; replaced whole, so a reader never sees half of it.</summary>
internal sealed class SealerState
{
    private Snapshot _current = new(null, null, 0, 0, null, null);

    public Snapshot Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <param name="PassedAt">End of the last pass that reached the database; null before the first.</param>
    /// <param name="SealedAt">End of the last pass that sealed something.</param>
    /// <param name="SealedRows">Rows sealed by this process.</param>
    /// <param name="Waiting">Rows that waited when the last pass began.</param>
    /// <param name="OldestAt">When the oldest of those was written.</param>
    /// <param name="Problem">Why the last pass failed; null when it did not.</param>
    internal sealed record Snapshot(
        DateTimeOffset? PassedAt, DateTimeOffset? SealedAt, long SealedRows, long Waiting, DateTimeOffset? OldestAt, string? Problem);
}
