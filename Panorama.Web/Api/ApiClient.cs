using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Panorama.Web.Http;
using Panorama.Web.Localization;

namespace Panorama.Web.Api;

/// <summary>
/// Calls Api in the name of the browser whose request is being served: with its session cookie, its address and, for what changes
/// something, its own <c>Origin</c>, <c>Sec-Fetch-Site</c> and <c>Referer</c>, never Web's. A refusal and an outage come back as a problem.
/// </summary>
internal sealed partial class ApiClient(HttpClient http, IHttpContextAccessor accessor, WebOptions options, ILogger<ApiClient> logger)
{
    /// <summary>Longer than any page should take; a phone's owner gives up sooner.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>A file takes as long as the person's line needs.</summary>
    private static readonly TimeSpan UploadPatience = TimeSpan.FromMinutes(10);

    /// <summary>One that is made when it is asked for.</summary>
    private static readonly TimeSpan FilePatience = TimeSpan.FromSeconds(30);

    private HttpContext Context => accessor.HttpContext ?? throw new InvalidOperationException("Api is called outside a request.");

    public Task<ApiResult<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, copyCookie: false, cancellationToken);

    public Task<ApiResult<T>> PostAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) }, type, copyCookie: true, cancellationToken);

    /// <summary>Sends a change.</summary>
    /// <param name="version">What the person saw, for <c>If-Match</c>; null where the route asks for none.</param>
    /// <param name="key">Of the form, for <c>Idempotency-Key</c>: the same form sent twice makes one thing.</param>
    /// <param name="type">Of the answer; null where it has none that a page needs.</param>
    public Task<ApiResult<T>> ChangeAsync<TBody, T>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T>? type, int? version, string? key,
        CancellationToken cancellationToken)
        where T : class
    {
        var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, bodyType) };
        if (version is { } seen)
        {
            request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{seen}\""));
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return SendAsync(request, type, copyCookie: false, cancellationToken);
    }

    /// <summary>Asks for a file.</summary>
    public Task<ApiResult<byte[]>> ReceiveAsync<TBody>(string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) },
        async (response, token) => await response.Content.ReadAsByteArrayAsync(token), copyCookie: false, FilePatience, cancellationToken);

    /// <summary>Passes a body on while it arrives.</summary>
    public Task<ApiResult<T>> UploadAsync<T>(string path, Stream body, string contentType, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(request, type, copyCookie: false, cancellationToken, UploadPatience);
    }

    /// <summary>Passes a body on while it arrives, and not before Api wants it: a refusal that needs no body does not wait for one.</summary>
    public Task<ApiResult<Done>> UploadAsync(string path, Stream body, string contentType, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.ExpectContinue = true;
        return SendAsync<Done>(request, type: null, copyCookie: false, cancellationToken, UploadPatience);
    }

    /// <summary>A form with a file, made here.</summary>
    public Task<ApiResult<Done>> UploadAsync(string path, MultipartFormDataContent body, CancellationToken cancellationToken) =>
        SendAsync<Done>(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, type: null, copyCookie: false, cancellationToken, UploadPatience);

    public async Task<ApiResult<Done>> CommandAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        await SendAsync<Done>(new HttpRequestMessage(method, path), type: null, copyCookie: false, cancellationToken);

    /// <summary>A change that says nothing but what it is made from.</summary>
    /// <param name="version">What the person saw, for <c>If-Match</c>.</param>
    public Task<ApiResult<Done>> CommandAsync(HttpMethod method, string path, int version, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
        return SendAsync<Done>(request, type: null, copyCookie: false, cancellationToken);
    }

    private Task<ApiResult<T>> SendAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T>? type, bool copyCookie, CancellationToken cancellationToken, TimeSpan? patience = null)
        where T : class => SendAsync(
            request, async (response, token) => type is null ? (T)(object)Done.Value : await response.Content.ReadFromJsonAsync(type, token), copyCookie, patience ?? Patience, cancellationToken);

    private async Task<ApiResult<T>> SendAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T?>> read, bool copyCookie, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using var message = request;
        Introduce(message);
        try
        {
            using var response = await http.SendAsync(message, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                return await ReadProblemAsync(response, cancellationToken);
            }

            if (copyCookie)
            {
                SessionCookie.Copy(response, Context, options);
            }

            return await read(response, cancellationToken) is { } value ? value : Unreadable(response.StatusCode, null);
        }
        catch (JsonException exception)
        {
            return Unreadable(HttpStatusCode.OK, exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(logger, exception, request.RequestUri?.OriginalString ?? "");
            return new ApiProblem(StatusCodes.Status503ServiceUnavailable, ApiProblem.Unreachable, TraceId: Tracing.Current(Context));
        }
    }

    private void Introduce(HttpRequestMessage request)
    {
        var (from, to) = (Context.Request, request.Headers);
        if (SessionCookie.Read(Context, options) is { } cookie)
        {
            to.TryAddWithoutValidation("Cookie", $"{options.SessionCookieName}={cookie}");
        }

        if (request.Method != HttpMethod.Get)
        {
            foreach (var name in new[] { "Origin", "Sec-Fetch-Site", "Referer" })
            {
                if (from.Headers.TryGetValue(name, out var values))
                {
                    to.TryAddWithoutValidation(name, values.AsEnumerable());
                }
            }
        }

        if (Context.Connection.RemoteIpAddress is { } address)
        {
            to.TryAddWithoutValidation("X-Forwarded-For", (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
        }

        to.TryAddWithoutValidation(SecurityHeaders.RequestId, Context.TraceIdentifier);
        to.TryAddWithoutValidation("X-Forwarded-Proto", options.BaseUrl.Scheme);
        to.TryAddWithoutValidation("X-Forwarded-Host", from.Host.Value);
        if (from.Headers.UserAgent.Count == 1)
        {
            to.TryAddWithoutValidation("User-Agent", from.Headers.UserAgent.ToString());
        }

        to.TryAddWithoutValidation("Accept-Language", Locale.Current.Tag);
        to.TryAddWithoutValidation("Accept", "application/json, application/problem+json");
    }

    private async Task<ApiProblem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        WireProblem? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync(WebJson.Default.WireProblem, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            LogUnreadable(logger, exception, status);
        }

        return problem?.Code is { Length: > 0 } code
            ? new ApiProblem(status, code, problem.Args, problem.Errors, problem.TraceId ?? Tracing.Current(Context), problem.ErrorCodes)
            : status == StatusCodes.Status401Unauthorized
                ? new ApiProblem(status, "authentication_required", TraceId: Tracing.Current(Context))
                : new ApiProblem(StatusCodes.Status502BadGateway, ApiProblem.Unreadable, TraceId: Tracing.Current(Context));
    }

    private ApiProblem Unreadable(HttpStatusCode status, Exception? exception)
    {
        LogUnreadable(logger, exception, (int)status);
        return new ApiProblem(StatusCodes.Status502BadGateway, ApiProblem.Unreadable, TraceId: Tracing.Current(Context));
    }

    [LoggerMessage(9002, LogLevel.Error, "Api was not reached for {Path}")]
    private static partial void LogUnreachable(ILogger logger, Exception exception, string path);

    [LoggerMessage(9003, LogLevel.Error, "Api answered {Status} with something that is not its contract")]
    private static partial void LogUnreadable(ILogger logger, Exception? exception, int status);
}
