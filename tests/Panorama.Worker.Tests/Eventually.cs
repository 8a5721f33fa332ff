using System.Diagnostics;

namespace Panorama.Worker.Tests;

/// <summary>Waits for a state, never for a time; the time only bounds a failure.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task TrueAsync(Func<Task<bool>> state, Func<string> explain, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await state())
        {
            Assert.True(watch.Elapsed < Patience, "The state was not reached.\n" + explain());
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
