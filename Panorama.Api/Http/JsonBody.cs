using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Panorama.Api.Http;

/// <summary>Reads a JSON body whole before the transaction begins: a slow sender must not hold one of ten connections.</summary>
internal sealed partial class JsonBody(RequestDelegate next)
{
    public const int MaxBytes = 100 * 1024;

    private static readonly byte[] Empty = "{}"u8.ToArray();
    private static readonly string[] IsRequired = [FieldError.Required.Text];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null)
        {
            await next(context);
            return;
        }

        if (context.Request.ContentLength > MaxBytes)
        {
            await Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", MaxBytes))).ExecuteAsync(context);
            return;
        }

        var body = await ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            await Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", MaxBytes))).ExecuteAsync(context);
            return;
        }

        if (body.Length == 0)
        {
            // A missing body counts as {}.
            body = Empty;
            context.Request.ContentType = "application/json";
        }
        else if (!context.Request.HasJsonContentType())
        {
            await Problems.Of(Problems.UnsupportedMediaType).ExecuteAsync(context);
            return;
        }

        context.Features.Set(new Buffered(body));
        context.Features.Set<IHttpRequestBodyDetectionFeature>(HasBody.Instance);
        context.Request.Body = new MemoryStream(body, writable: false);
        context.Request.ContentLength = body.Length;
        await next(context);
    }

    public static bool WasRead(HttpContext context) => context.Features.Get<Buffered>() is not null;

    /// <summary>The body as it came.</summary>
    /// <exception cref="InvalidOperationException">The route takes no JSON.</exception>
    public static byte[] BytesOf(HttpContext context) => context.Features.Get<Buffered>()?.Bytes
        ?? throw new InvalidOperationException("The body of this route was not read.");

    public static bool IsMalformed(HttpContext context)
    {
        if (context.Features.Get<Buffered>() is not { } buffered)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(buffered.Bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>{camelCaseMember: [text]} of the member the serializer stumbled over; names of our types do not leave.</summary>
    public static Dictionary<string, string[]> Explain(JsonException exception)
    {
        if (Unmapped().Match(exception.Message) is { Success: true } unknown)
        {
            return new() { [unknown.Groups["name"].Value] = [FieldError.Unknown.Text] };
        }

        if (Missing().Match(exception.Message) is { Success: true } missing)
        {
            return Quoted().Matches(missing.Value).ToDictionary(m => m.Groups["name"].Value, _ => IsRequired);
        }

        var path = exception.Path is { Length: > 2 } text ? text[2..] : "$";
        return new() { [path] = [FieldError.WrongForm.Text] };
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
            {
                return null;
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    // The JSON property 'colour' could not be mapped to any .NET member contained in type '…'.
    [GeneratedRegex("^The JSON property '(?<name>[^']{1,100})' could not be mapped", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Unmapped();

    // JSON deserialization for type '…' was missing required properties including: 'email', 'password'.
    [GeneratedRegex("missing required properties including: .*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Missing();

    [GeneratedRegex("'(?<name>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Quoted();

    private sealed record Buffered(byte[] Bytes);

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public static HasBody Instance { get; } = new();

        public bool CanHaveBody => true;
    }
}
