using System.Runtime;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Panorama.ServiceDefaults;

/// <summary>
/// Gives back what starting and compiling left behind. The C library keeps what the compiler freed, in an arena a thread, until it is told to trim;
/// the collector keeps pages until it collects, which a process at rest never does. On a machine of 256 MB that is a tenth of it for each service.
/// </summary>
/// <remarks>Trimming takes about a millisecond and is done whenever code was compiled. A full collection takes some 20 ms, so it waits for a pause.</remarks>
internal sealed class MemoryTrim(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Allocated between two looks by a process that nobody asks anything: timers, probes, this.</summary>
    private const long AtRest = 512 * 1024;

    /// <summary>Allocated since the last full collection; below it there is nothing to win.</summary>
    private const long WorthCollecting = 2 * 1024 * 1024;

    private bool _hasTrim = OperatingSystem.IsLinux();
    private long _compiled;
    private long _allocated;
    private long _collectedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var isAtRest = allocated - _allocated < AtRest;
        _allocated = allocated;
        if (isAtRest && allocated - _collectedAt > WorthCollecting)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _collectedAt = _allocated = GC.GetTotalAllocatedBytes();
        }

        var compiled = JitInfo.GetCompiledMethodCount();
        if (_hasTrim && compiled != _compiled)
        {
            _compiled = compiled;
            try
            {
                _ = Trim(0);
            }
            catch (Exception absent) when (absent is EntryPointNotFoundException or DllNotFoundException)
            {
                _hasTrim = false; // another C library than glibc, which keeps less
            }
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);
}
