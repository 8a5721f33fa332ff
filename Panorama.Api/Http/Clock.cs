namespace Panorama.Api.Http;

internal static class Clock
{
    /// <summary>Now, cut to the milliseconds that the database keeps: cursors and ETags would disagree otherwise.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
