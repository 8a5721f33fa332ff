using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Panorama.Api.Http;

/// <summary>On a route whose body may be larger than those of the others.</summary>
internal sealed record BodyLimit(int MaxBytes);

/// <summary>Reads a JSON body whole before the transaction begins: a slow sender must not hold one of ten connections.</summary>
internal sealed partial class JsonBody(RequestDelegate next)
{
    public const int MaxBytes = 100 * 1024;

    private static readonly byte[] Empty = "{}"u8.ToArray();
    private static readonly string[] IsRequired = [FieldError.Required.Text];
    private static readonly string[] IsWrong = [FieldError.WrongForm.Text];

    /// <summary>For a body that is JSON, but as a whole not an object: `null`.</summary>
    public static Dictionary<string, string[]> NoObject => new(StringComparer.Ordinal) { ["$"] = IsWrong };

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null)
        {
            await next(context);
            return;
        }

        var maxBytes = context.GetEndpoint()!.Metadata.GetMetadata<BodyLimit>()?.MaxBytes ?? MaxBytes;
        if (context.Request.ContentLength > maxBytes)
        {
            await Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", maxBytes))).ExecuteAsync(context);
            return;
        }

        byte[]? body;
        try
        {
            body = await ReadAsync(context.Request, maxBytes, context.RequestAborted);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status400BadRequest)
        {
            // Chunks that are none, or fewer bytes than were announced.
            await Problems.Of(Problems.MalformedBody).ExecuteAsync(context);
            return;
        }

        if (body is null)
        {
            await Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", maxBytes))).ExecuteAsync(context);
            return;
        }

        if (body.Length == 0)
        {
            // A missing body counts as {}.
            body = Empty;
            context.Request.ContentType = "application/json";
        }
        else if (!context.Request.HasJsonContentType() || !IsUtf8(context.Request))
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
            return new() { [PathOf(unknown.Groups["name"].Value, exception.Path)] = [FieldError.Unknown.Text] };
        }

        if (Missing().Match(exception.Message) is { Success: true } missing)
        {
            return Quoted().Matches(missing.Value).ToDictionary(m => m.Groups["name"].Value, _ => IsRequired);
        }

        var path = exception.Path is { Length: > 2 } text ? text[2..] : "$";
        return new() { [path] = IsWrong };
    }

    // Of a member that lies deeper than the body itself: where it lies. The serializer's path is that of the object, or ends with the member already.
    private static string PathOf(string member, string? path) =>
        path is not ['$', '.', .. var text] || text == member ? member
        : text.EndsWith($".{member}", StringComparison.Ordinal) || text.EndsWith($"['{member}']", StringComparison.Ordinal) ? text
        : $"{text}.{member}";

    // RFC 8259 knows no other encoding.
    private static bool IsUtf8(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > maxBytes)
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
