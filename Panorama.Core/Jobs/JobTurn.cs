namespace Panorama.Core.Jobs;

/// <summary>
/// The time a run may take, and where it goes on. A job works in batches and asks after each whether it may do another; one whose time is over gives
/// its place to other jobs, and another run goes on where this one stopped.
/// </summary>
/// <param name="budget">How long it may work before it is asked to stop between two batches.</param>
/// <param name="cursor">Where the run before stopped; null = at the beginning.</param>
/// <param name="save">Writes down how far it is, for those who watch and for whoever goes on after a kill.</param>
public sealed class JobTurn(TimeProvider clock, TimeSpan budget, string? cursor, Func<long, string?, CancellationToken, Task> save)
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private readonly long _since = clock.GetTimestamp();
    private long _savedAt = clock.GetTimestamp();

    /// <summary>A run without an end to its time that nobody watches.</summary>
    public static JobTurn Unlimited => new(TimeProvider.System, TimeSpan.MaxValue, null, (_, _, _) => Task.CompletedTask);

    /// <summary>Where to begin; a job without an order of its own does not need it.</summary>
    public string? Cursor { get; private set; } = cursor;

    /// <summary>Whether the run stopped before its end because its time was over.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>Called after a batch when there is more to do.</summary>
    /// <param name="items">What the run has done so far, this batch included.</param>
    /// <param name="cursor">Where the next batch begins.</param>
    /// <returns>False when the time is over: the job returns.</returns>
    public async Task<bool> NextAsync(long items, string? cursor, CancellationToken cancellationToken)
    {
        Cursor = cursor;
        IsUnfinished = clock.GetElapsedTime(_since) >= budget;
        if (!IsUnfinished)
        {
            await TellAsync(items, cancellationToken);
        }

        return !IsUnfinished;
    }

    /// <summary>Called by work that cannot be left and gone on with: says how far it is.</summary>
    public async Task TellAsync(long items, CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(_savedAt) >= SaveEvery)
        {
            await save(items, Cursor, cancellationToken);
            _savedAt = clock.GetTimestamp();
        }
    }
}
