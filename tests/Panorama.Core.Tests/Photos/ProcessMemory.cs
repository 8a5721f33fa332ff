using System.Globalization;

namespace Panorama.Core.Tests.Photos;

/// <summary>What the kernel charges this process with, in bytes (proc(5)).</summary>
internal static class ProcessMemory
{
    public static long Resident => Read("VmRSS");

    /// <summary>The most since the last <see cref="ForgetPeak"/>.</summary>
    public static long Peak => Read("VmHWM");

    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Read(string key) => File.ReadLines("/proc/self/status").Where(l => l.StartsWith(key, StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).First();
}
