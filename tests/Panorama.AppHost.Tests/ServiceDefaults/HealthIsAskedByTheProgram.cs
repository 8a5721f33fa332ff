using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Panorama.AppHost.Tests.ServiceDefaults;

/// <summary>The three services' own probe, as an engine calls it: a program of its own, with an environment that holds the port alone.</summary>
[Trait("FieldCase", "DEP-03")]
public sealed class HealthIsAskedByTheProgram : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _asked = [];

    public HealthIsAskedByTheProgram() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static TheoryData<string> Services => ["Panorama.Api", "Panorama.Worker", "Panorama.Web"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task One_that_can_serve_is_0(string service)
    {
        var answers = AnswerAsync("HTTP/1.1 200 OK", "{\"ok\":true,\n\"status\":\"ok\"}");

        var (exitCode, output, error) = await AskAsync(service, ("HTTP_PORTS", $"{Port}"));

        Assert.Equal((0, "200 {\"ok\":true, \"status\":\"ok\"}\n", ""), (exitCode, output, error));
        Assert.Equal(["GET /health HTTP/1.1"], _asked);
        _listener.Stop();
        await answers;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task One_that_cannot_is_1(string service)
    {
        var answers = AnswerAsync("HTTP/1.1 503 Service Unavailable", "{\"ok\":false}");

        var (exitCode, output, error) = await AskAsync(service, ("ASPNETCORE_HTTP_PORTS", $"{Port};1"));

        Assert.Equal((1, "503 {\"ok\":false}\n", ""), (exitCode, output, error));
        _listener.Stop();
        await answers;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task One_that_hangs_is_1_within_five_seconds(string service)
    {
        // The listener accepts and says nothing. A proxy of the environment is not asked instead.
        var watch = Stopwatch.StartNew();
        var (exitCode, output, error) = await AskAsync(
            service, ("HTTP_PORTS", $"{Port}"), ("ASPNETCORE_HTTP_PORTS", "1"), ("HTTP_PROXY", "http://127.0.0.1:1"), ("http_proxy", "http://127.0.0.1:1"));

        Assert.Equal((1, $"127.0.0.1:{Port} did not answer within 3 s.\n", ""), (exitCode, output, error));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task One_that_is_not_there_is_1()
    {
        var port = Port;
        _listener.Stop();

        var (exitCode, output, error) = await AskAsync("Panorama.Web", ("HTTP_PORTS", $"{port}"));

        Assert.Equal((1, ""), (exitCode, error));
        Assert.StartsWith($"127.0.0.1:{port} cannot be asked: ", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("http")]
    [InlineData("70000")]
    public async Task A_port_that_is_none_is_said(string port)
    {
        var (exitCode, output, error) = await AskAsync("Panorama.Worker", ("HTTP_PORTS", port));

        Assert.Equal((1, "HTTP_PORTS names no port that can be asked.\n", ""), (exitCode, output, error));
    }

    [Fact]
    public async Task With_a_setting_for_an_argument_the_service_starts()
    {
        var (exitCode, output, error) = await AskAsync("Panorama.Api", ["--now", "--HTTP_PORTS=1"], ("HTTP_PORTS", $"{Port}"));

        Assert.Equal(78, exitCode); // it has no settings, and says which
        Assert.Contains("SESSION_SECRET", output + error, StringComparison.Ordinal);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(string status, string body)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                _asked.Add((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);
                while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 })
                {
                    // The head ends with an empty line.
                }

                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes($"{status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), TestContext.Current.CancellationToken);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped.
        }
    }

    private static Task<(int ExitCode, string Output, string Error)> AskAsync(string service, params (string Name, string Value)[] environment) =>
        AskAsync(service, ["healthcheck"], environment);

    private static async Task<(int ExitCode, string Output, string Error)> AskAsync(
        string service, string[] arguments, params (string Name, string Value)[] environment)
    {
        var built = Path.GetRelativePath(Path.Combine(AppHostProcess.Repository, "tests", "Panorama.AppHost.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            [Path.Combine(AppHostProcess.Repository, service, built, $"{service}.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n is not ("PATH" or "HOME" or "DOTNET_ROOT")).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
