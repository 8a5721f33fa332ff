using System.Diagnostics;
using System.Text;

namespace Panorama.AppHost.Tests;

public sealed class StartingAndStopping
{
    [Fact(Timeout = 300_000)]
    public async Task A_system_tells_where_it_is_and_leaves_nothing_behind()
    {
        using var state = new StateOfATest();
        using var process = AppHostProcess.Start([.. state.Options, "--Dashboard=false"]);
        var output = new Lines(process.StandardOutput);
        var error = new Lines(process.StandardError);

        await output.ContainAsync("Stop ", process, error);

        Assert.Matches("Panorama is ready after [0-9]+\\.[0-9] s\\.", output.Text);
        Assert.Contains("owner@northwind.example", output.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["AUDIT_SIGNING_KEY", "ConnectionStrings__panorama", "ConnectionStrings__panorama_auth", "ConnectionStrings__panorama_backup", "ConnectionStrings__panorama_bootstrap",
                "ConnectionStrings__panorama_migrator", "ConnectionStrings__panorama_privileged", "DATA_KEY", "PANORAMA_WEB_BASE_URL", "STORAGE_DIRECTORY"],
            (await File.ReadAllLinesAsync(Path.Combine(state.Folder, "local.env"), TestContext.Current.CancellationToken))
                .Where(l => !l.StartsWith('#')).Select(l => l.Split('=')[0]).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in new[] { "local.env", "secrets.json" })
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(state.Folder, file)));
            }
        }

        var again = await AppHostProcess.RunAsync(state.Options, TestContext.Current.CancellationToken);
        Assert.Equal((69, $"Panorama is already running with the data folder {state.Folder}; stop it, or choose another with --DataDir=…."), (again.ExitCode, again.Error));

        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, (await Signal(process)).ExitCode);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(0, process.ExitCode);
        Assert.EndsWith("database system is shut down", (await File.ReadAllLinesAsync(Path.Combine(state.Folder, "logs", "postgres.log"), TestContext.Current.CancellationToken))[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(state.Folder, "local.env")));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_service_that_dies_is_named_with_what_it_said()
    {
        using var state = new StateOfATest();
        await File.WriteAllTextAsync(Path.Combine(state.Folder, "secrets.json"), """{"panorama-privileged-password":"changeme"}""", TestContext.Current.CancellationToken);

        // The Cli would refuse such a password in a file of settings; what is asked here is what becomes of a child that ends.
        var result = await AppHostProcess.RunAsync([.. state.Options, "--Dashboard=false"], TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("(worker|prepare) ended with exit code [0-9]+\\. Its last lines:", result.Error);
        Assert.Contains("Panorama did not start.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("changeme", result.Error, StringComparison.Ordinal);
    }

    private static async Task<Process> Signal(Process process)
    {
        var kill = Process.Start(new ProcessStartInfo("/bin/sh") { UseShellExecute = false, ArgumentList = { "-c", $"kill -TERM {process.Id}" } })!;
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return kill;
    }

    /// <summary>What a running process has written so far.</summary>
    private sealed class Lines
    {
        private readonly StringBuilder _text = new();

        public Lines(StreamReader reader) => _ = ReadAsync(reader);

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public async Task ContainAsync(string text, Process process, Lines error)
        {
            while (!Text.Contains(text, StringComparison.Ordinal))
            {
                Assert.False(process.HasExited, error.Text);
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        private async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_text)
                {
                    _text.AppendLine(line);
                }
            }
        }
    }
}
