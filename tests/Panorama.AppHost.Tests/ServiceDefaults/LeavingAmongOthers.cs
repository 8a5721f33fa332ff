using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Panorama.ServiceDefaults;

namespace Panorama.AppHost.Tests.ServiceDefaults;

/// <summary>A process that is told to stop while a proxy still sends to it.</summary>
public sealed class LeavingAmongOthers : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;

    [Fact]
    public async Task A_connection_stays_open_with_its_answer_until_the_process_is_told_to_stop()
    {
        using var connection = await ConnectAsync(await StartAsync());

        var before = await AskAsync(connection, "/alive");
        var again = await AskAsync(connection, "/alive");
        _app!.Lifetime.StopApplication();
        var after = await AskAsync(connection, "/alive");

        Assert.Equal([false, false, true], new[] { before, again, after }.Select(Closes));
        Assert.All([before, again, after], a => Assert.StartsWith("HTTP/1.1 200", a, StringComparison.Ordinal));
        Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task After_the_notice_none_is_accepted_and_one_that_is_there_is_still_served()
    {
        var port = await StartAsync();
        using var connection = await ConnectAsync(port);
        var stop = Stop();

        _clock.Advance(Draining.Notice);
        await RefusedAsync(port);
        var answer = await AskAsync(connection, "/alive");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.True(Closes(answer));
        Assert.False(stop.IsCompleted);
        await EndAsync(stop);
    }

    [Fact]
    public async Task Work_that_had_begun_comes_to_its_end()
    {
        var port = await StartAsync();
        using var connection = await ConnectAsync(port);
        var answer = AskAsync(connection, "/work");
        await _begun.Task;
        var stop = Stop();
        _clock.Advance(Draining.Notice);
        await RefusedAsync(port);
        _clock.Advance(Draining.LastRequests);

        Assert.False(stop.IsCompleted);
        _work.SetResult();

        Assert.StartsWith("HTTP/1.1 200", await answer, StringComparison.Ordinal);
        Assert.True(Closes(await answer));
        await EndAsync(stop);
    }

    [Fact]
    public async Task All_of_it_fits_into_the_thirty_seconds_that_are_given_before_a_kill()
    {
        await StartAsync();

        var limit = _app!.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;

        Assert.InRange(limit, Draining.Notice + Draining.LastRequests, TimeSpan.FromSeconds(29));
        Assert.True(ReplicaConnections.Idle < Draining.LastRequests, "A caller may not choose a connection that is just being closed.");
        Assert.True(ReplicaConnections.Idle < Draining.Notice, "A connection from before the signal has ended by its answer or by its idleness when the door closes.");
    }

    public async ValueTask DisposeAsync()
    {
        _work.TrySetResult();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task<int> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(WebHostDefaults.ServerUrlsKey, (string?)"http://127.0.0.1:0")]);
        builder.AddServiceDefaults();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        _app.MapGet("/work", async () =>
        {
            _begun.TrySetResult();
            await _work.Task;
            return "done";
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        return new Uri(_app.Urls.Single()).Port;
    }

    private Task Stop()
    {
        _app!.Lifetime.StopApplication();
        return _app.StopAsync(TestContext.Current.CancellationToken);
    }

    private async Task EndAsync(Task stop)
    {
        while (await Task.WhenAny(stop, Task.Delay(20, TestContext.Current.CancellationToken)) != stop)
        {
            _clock.Advance(Draining.LastRequests);
        }

        await stop;
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task RefusedAsync(int port)
    {
        while (true)
        {
            try
            {
                using var connection = await ConnectAsync(port);
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            catch (SocketException refusal) when (refusal.SocketErrorCode is SocketError.ConnectionRefused)
            {
                return;
            }
        }
    }

    private static async Task<string> AskAsync(TcpClient connection, string path)
    {
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), TestContext.Current.CancellationToken);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        // Each of these answers is one chunk with its end.
        while (!text.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) && !text.ToString().EndsWith("\r\n\r\ndone", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(read > 0, $"The connection ended after '{text}'.");
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static bool Closes(string answer) => answer.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal);
}
