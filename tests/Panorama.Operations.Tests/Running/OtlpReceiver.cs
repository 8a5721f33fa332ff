using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Panorama.Operations.Tests.Running;

/// <summary>A collector that keeps what it is sent. Protobuf writes text as it is, so a word can be looked for without reading the format.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>logs, traces, metrics.</summary>
    public IEnumerable<string> Signals => _received.Select(r => r.Signal).Distinct(StringComparer.Ordinal);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver._received.Enqueue((signal, body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The settings that make a process send here, at once rather than every five seconds.</summary>
    public IEnumerable<(string Name, string? Value)> Settings(string process) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Address),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_SERVICE_NAME", $"panorama-{process}"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1000"),
    ];

    /// <summary>Everything of one signal as text.</summary>
    public string Text(string? signal = null) =>
        string.Join('\n', _received.Where(r => signal is null || r.Signal == signal).Select(r => Encoding.UTF8.GetString(r.Body)));

    /// <summary>Waits until a word has come.</summary>
    public async Task ContainsAsync(string signal, string word)
    {
        for (var i = 0; i < 300; i++)
        {
            if (Text(signal).Contains(word, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"No {signal} named '{word}' within 30 seconds; there were {string.Join(", ", Signals)}.");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
