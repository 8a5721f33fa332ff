using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

[assembly: AssemblyFixture(typeof(Panorama.EndToEnd.Tests.RunningSystem))]

namespace Panorama.EndToEnd.Tests;

/// <summary>The whole system, started by the AppHost as <c>dotnet run</c> would, on free ports and in a folder of its own.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private static readonly string[] Services = ["api", "worker", "web"];

    private DistributedApplication _application = null!;

    /// <summary>The folder with the data, secrets and <c>local.env</c> of this run.</summary>
    public string DataFolder { get; private set; } = "";

    /// <summary>Where the browser goes.</summary>
    public Uri Web { get; private set; } = null!;

    /// <summary>Another one, with settings of its own.</summary>
    /// <param name="settings">The AppHost's environment; it is this process's while the system is made.</param>
    /// <param name="environment">What its services get besides.</param>
    public static async Task<RunningSystem> StartAsync(IReadOnlyList<(string Name, string Value)> settings, params (string Name, string Value)[] environment)
    {
        var system = new RunningSystem();
        foreach (var (name, value) in settings)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        try
        {
            await system.StartSystemAsync(environment);
            return system;
        }
        finally
        {
            foreach (var (name, _) in settings)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    public ValueTask InitializeAsync() => new(StartSystemAsync([]));

    private async Task StartSystemAsync(IReadOnlyList<(string Name, string Value)> environment)
    {
        DataFolder = Directory.CreateTempSubdirectory("panorama-e2e-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // The account postgres must be able to enter when the tests run as root.
            File.SetUnixFileMode(DataFolder, (UnixFileMode)0b111_101_101);
        }

        using var limit = new CancellationTokenSource(StartLimit);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Panorama_AppHost>(
            [$"--DataDir={DataFolder}", "--Dashboard=false", "--WebPort=0", "--ApiPort=0", "--WorkerPort=0"], limit.Token);
        foreach (var service in builder.Resources.OfType<ProjectResource>().Where(r => Services.Contains(r.Name)))
        {
            foreach (var (name, value) in environment)
            {
                builder.CreateResourceBuilder(service).WithEnvironment(name, value);
            }
        }

        _application = await builder.BuildAsync(limit.Token);
        await _application.StartAsync(limit.Token);
        await Task.WhenAll(Services.Select(name =>
            _application.ResourceNotifications.WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable, limit.Token)));
        Web = _application.GetEndpoint("web", "http");
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync(CancellationToken.None);
            await _application.DisposeAsync();
        }

        Directory.Delete(DataFolder, recursive: true);
    }

    /// <summary>Runs <c>panorama</c> against this system with the settings that it wrote for the operator.</summary>
    public async Task<(int ExitCode, string Output)> RunCliAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { CliAssembly() },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(DataFolder, "local.env"), cancellationToken))
        {
            var parts = line.Split('=', 2);
            if (parts.Length == 2)
            {
                start.Environment[parts[0]] = parts[1].Trim('\'', '"');
            }
        }

        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>The Cli that the AppHost starts, built with it.</summary>
    private static string CliAssembly()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = here.Parent!.Name;
        while (!File.Exists(Path.Combine(here!.FullName, "Panorama.sln")))
        {
            here = here.Parent;
        }

        return Path.Combine(here.FullName, "Panorama.Cli", "bin", configuration, "net10.0", "panorama.dll");
    }
}
