using System.Globalization;
using System.Text;

namespace Panorama.ServiceDefaults.Health;

/// <summary>
/// <c>healthcheck</c> as the only argument of a service: asks the service that runs beside it, and prints one line. It is how a container engine looks
/// into an image that has neither a shell nor curl.
/// </summary>
/// <remarks>Reads the port and nothing else: no setting can keep it from answering, and the service it belongs to is not built.</remarks>
public static class HealthVerb
{
    /// <summary>Of the five seconds that an engine gives a probe, what is left once a busy machine has started the runtime.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private const int DefaultPort = 8080;
    private const int MostShown = 500;

    /// <summary>Exit code 0 when <c>/health</c> on loopback answers 200, else 1.</summary>
    public static async Task<int> RunAsync()
    {
        var (isHealthy, line) = await AskAsync(
            Environment.GetEnvironmentVariable("HTTP_PORTS") is { Length: > 0 } ports ? ports : Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS"));
        await Console.Out.WriteLineAsync(line);
        return isHealthy ? 0 : 1;
    }

    /// <param name="ports">What the service listens on, as <c>HTTP_PORTS</c> has it; the first counts.</param>
    internal static async Task<(bool IsHealthy, string Line)> AskAsync(string? ports)
    {
        var text = ports?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
        var port = DefaultPort;
        if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535))
        {
            return (false, "HTTP_PORTS names no port that can be asked.");
        }

        var where = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            // No proxy of the environment stands between a process and itself.
            using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{where}/health");
            using var response = await client.SendAsync(request, limit.Token);
            return (response.StatusCode == System.Net.HttpStatusCode.OK, $"{(int)response.StatusCode} {await ReadAsync(response, limit.Token)}");
        }
        catch (OperationCanceledException)
        {
            return (false, string.Create(CultureInfo.InvariantCulture, $"{where} did not answer within {Limit.TotalSeconds:0} s."));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (false, $"{where} cannot be asked: {Line(exception.Message)}");
        }
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostShown];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Line(Encoding.UTF8.GetString(buffer, 0, length));
    }

    private static string Line(string text) => string.Create(text.Length, text, static (line, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        }
    });
}
