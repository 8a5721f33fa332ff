using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Worker.Tests;

/// <summary>The Worker as it is shipped: a process that can be asked to stop, and killed.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly int _managementPort;
    private readonly HttpClient _http;

    private WorkerProcess(Process process, int managementPort)
    {
        _process = process;
        _managementPort = managementPort;
        _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{managementPort.ToString(CultureInfo.InvariantCulture)}/") };
    }

    public int ProcessId => _process.Id;

    /// <summary>Everything it wrote so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>The operator's side of it.</summary>
    public HttpClient Management => _http;

    /// <summary>Starts one on a database, with a scheduler that notices a dead worker within seconds.</summary>
    public static WorkerProcess Start(TestDatabase database, params (string Key, string Value)[] settings) => StartWith(
    [
        ("ConnectionStrings__panorama_privileged", database.ConnectionString(DatabaseRoles.SuperAdmin)),
        ("Scheduler__CheckinInterval", "00:00:01"),
        ("Scheduler__CheckinMisfireThreshold", "00:00:02"),
        ("Scheduler__IdleWaitTime", "00:00:01"),
        ("Scheduler__MisfireThreshold", "00:00:02"),
        .. settings,
    ]);

    public static WorkerProcess StartWith(params (string Key, string Value)[] settings)
    {
        var port = FreePorts.Next();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Panorama.Worker.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || k.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(key);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["MANAGEMENT_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Logging__LogLevel__Default"] = "Information";
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var process = new Process { StartInfo = start };
        var worker = new WorkerProcess(process, port);
        process.OutputDataReceived += (_, line) => worker.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => worker.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Waits until it answers <c>/health</c> with 200.</summary>
    public Task WaitUntilHealthyAsync(CancellationToken cancellationToken) => Eventually.TrueAsync(
        async () =>
        {
            Assert.False(_process.HasExited, Output);
            try
            {
                using var response = await _http.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        () => Output, cancellationToken);

    public async Task<JsonObject> ReadStatusAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<JsonObject>(new Uri("jobs.json", UriKind.Relative), cancellationToken))!;

    /// <summary>SIGKILL: no chance to say goodbye.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, as an orchestrator stops it; returns how long it took.</summary>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(cancellationToken);
        }

        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return watch.Elapsed;
    }

    /// <summary>Waits for a process that is expected to give up by itself.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _http.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
