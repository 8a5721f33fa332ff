using System.Collections.Concurrent;
using System.Diagnostics;

namespace Panorama.Benchmarks;

/// <summary>Durations of one thing, in milliseconds.</summary>
internal sealed class Samples
{
    private readonly ConcurrentQueue<double> _milliseconds = []; // of clients at once

    public double Median => Quantile(0.5);

    public double P95 => Quantile(0.95);

    public async Task MeasureAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        _milliseconds.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private double Quantile(double share)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];
    }
}
