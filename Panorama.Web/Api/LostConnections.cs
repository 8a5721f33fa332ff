using Panorama.ServiceDefaults;

namespace Panorama.Web.Api;

/// <summary>
/// Sends again, to whichever Api is there, what a lost connection kept from being answered: anything that never reached one, and what may be carried out twice, which
/// is a GET, a HEAD, or a change with an <c>Idempotency-Key</c> whose body is still at hand.
/// </summary>
internal sealed class LostConnections(TimeProvider clock) : DelegatingHandler
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500)];

    /// <summary>The way to Api: no cookies of its own, no redirects followed.</summary>
    public static SocketsHttpHandler Sockets() => new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }.ToReplicas();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception) when (attempt < Pauses.Length && IsHarmless(request, exception) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pauses[attempt], clock, cancellationToken);
            }
        }
    }

    private static bool IsHarmless(HttpRequestMessage request, HttpRequestException exception) =>
        exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        || (exception.StatusCode is null
            && ((request.Content is null && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head))
                || (request.Content is null or JsonContent && request.Headers.Contains("Idempotency-Key"))));
}
