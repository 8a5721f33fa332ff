using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Panorama.Testing;

namespace Panorama.Operations.Tests.Running;

/// <summary>Api, Worker, Web or the command line as they are shipped: a process with an environment of its own.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _readOut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 2;

    private ServiceProcess(Process process, int port, int managementPort) =>
        (_process, Address, Management) = (process, AddressOf(port), AddressOf(managementPort));

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>Where it serves the operator.</summary>
    public Uri Management { get; }

    public int ProcessId { get; private set; }

    /// <summary>Everything it wrote so far, both streams.</summary>
    public string Output => string.Join('\n', _lines);

    /// <param name="name">Api, Worker, Web or Cli.</param>
    /// <param name="settings">Environment; null removes a name.</param>
    /// <param name="arguments">Of the command line.</param>
    public static ServiceProcess Start(string name, IEnumerable<(string Name, string? Value)> settings, params string[] arguments) =>
        Start(name, ["dotnet", Program(name), .. arguments], settings);

    /// <summary>As another user, as in a container; only root can.</summary>
    public static ServiceProcess StartAs(int user, string name, IEnumerable<(string Name, string? Value)> settings)
    {
        var number = user.ToString(CultureInfo.InvariantCulture);
        return Start(name, ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "dotnet", Program(name)], settings);
    }

    private static ServiceProcess Start(string name, string[] command, IEnumerable<(string Name, string? Value)> settings)
    {
        var (port, management) = (FreePorts.Next(), FreePorts.Next());
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var key in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(key);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        if (name != "Cli")
        {
            start.Environment["ASPNETCORE_URLS"] = AddressOf(port).ToString();
            start.Environment["MANAGEMENT_PORT"] = management.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (key, value) in settings)
        {
            if (value is null)
            {
                start.Environment.Remove(key);
            }
            else
            {
                start.Environment[key] = value;
            }
        }

        var process = new Process { StartInfo = start };
        var service = new ServiceProcess(process, port, management);
        process.OutputDataReceived += (_, line) => service.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => service.Keep(line.Data);
        process.Start();
        service.ProcessId = process.Id;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return service;
    }

    /// <summary>Runs one to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string name, IEnumerable<(string Name, string? Value)> settings, params string[] arguments)
    {
        await using var service = Start(name, settings, arguments);
        return (await service.WaitForExitAsync(), service.Output);
    }

    public async Task<ServiceProcess> WaitUntilHealthyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            Assert.False(_process.HasExited, Output);
            try
            {
                using var response = await http.GetAsync(new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return this;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }
        }

        throw new TimeoutException(Output);
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await _readOut.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>What the management port gives to Prometheus.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var http = new HttpClient { BaseAddress = Management };
        return await http.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, as an orchestrator stops it, so that what it holds for its collector is sent.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await WaitForExitAsync();
    }

    /// <summary>SIGKILL: nothing of it runs any more when this returns.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static bool IsSetting(string key) =>
        key.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase) || key.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || key.StartsWith("PANORAMA_", StringComparison.Ordinal) || key.StartsWith("OTEL_", StringComparison.Ordinal) || key.StartsWith("DATABASE_", StringComparison.Ordinal);

    // Beside the tests: tests/Panorama.Operations.Tests/bin/<configuration>/net10.0
    private static string Program(string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Repository.Root, $"Panorama.{name}", "bin", configuration, "net10.0", name == "Cli" ? "panorama.dll" : $"Panorama.{name}.dll");
    }

    private static Uri AddressOf(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
        else if (Interlocked.Decrement(ref _open) == 0)
        {
            _readOut.TrySetResult();
        }
    }
}
