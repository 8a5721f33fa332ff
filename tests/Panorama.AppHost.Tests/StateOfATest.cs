namespace Panorama.AppHost.Tests;

/// <summary>A data folder of its own, which the account postgres may enter.</summary>
internal sealed class StateOfATest : IDisposable
{
    public StateOfATest()
    {
        Folder = Directory.CreateTempSubdirectory("panorama-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        }
    }

    public string Folder { get; }

    /// <summary>Options under which a start disturbs nobody.</summary>
    public string[] Options => [$"--DataDir={Folder}", "--WebPort=0", "--ApiPort=0", "--WorkerPort=0", "--DashboardPort=0"];

    /// <summary>The same without those that are in the arguments of the test.</summary>
    public IEnumerable<string> OptionsBeside(string arguments) => Options.Where(o => !arguments.Contains(o.Split('=')[0], StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
