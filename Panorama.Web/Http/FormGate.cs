using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Panorama.Web.Api;

namespace Panorama.Web.Http;

/// <summary>A page whose form holds more than those of others: a list of things, each with fields of its own.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class LongFormAttribute(int maxBytes, int maxFields) : Attribute
{
    public int MaxBytes => maxBytes;

    public int MaxFields => maxFields;
}

/// <summary>
/// Reads a posted form before any page does, so that one that cannot be read is a refusal in the reader's language and never an
/// exception. A page that takes more than text says so itself, by the request size limit on its endpoint.
/// </summary>
internal sealed class FormGate(RequestDelegate next, IHostEnvironment environment)
{
    /// <summary>Far above any form of ours that holds text alone.</summary>
    public const int MaxBytes = 128 * 1024;

    private const int MaxFields = 256;

    public async Task InvokeAsync(HttpContext context)
    {
        var problem = context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true
            ? Refusal(context, StatusCodes.Status400BadRequest, "invalid_query") : null;
        if (problem is null && HttpMethods.IsPost(context.Request.Method)
            && context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null)
        {
            problem = await ReadAsync(context, endpoint);
        }

        if (problem is null)
        {
            if (await PassAsync(context))
            {
                // The page has no form of the name that was posted. A page that knows why has said so; else it had one, and what it shows has changed since.
                problem = context.Features.Get<ApiProblem>() ?? (context.Request.HasFormContentType && context.Request.Form["_handler"] is [{ Length: > 0 }]
                    ? Refusal(context, StatusCodes.Status409Conflict, "form_gone") : Refusal(context, StatusCodes.Status400BadRequest, "malformed_body"));
                context.Response.ContentType = null;
            }
        }

        if (problem is not null)
        {
            context.Features.Set(problem);
            context.Response.StatusCode = problem.Status;
        }
    }

    /// <summary>Null when the form was read, or is the endpoint's own to read.</summary>
    private static Task<ApiProblem?> ReadAsync(HttpContext context, Endpoint endpoint)
    {
        if (!context.Request.HasFormContentType)
        {
            return Task.FromResult<ApiProblem?>(Refusal(context, StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type"));
        }

        var (maxBytes, maxFields) = endpoint.Metadata.GetMetadata<LongFormAttribute>() is { } page ? (page.MaxBytes, page.MaxFields) : (MaxBytes, MaxFields);
        var isOfEndpoint = endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null;
        // A page that takes files is read here as long as nothing large comes; else once it is known who sends it.
        return isOfEndpoint && !(endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null && (context.Request.ContentLength <= MaxBytes || !IsFile(context.Request)))
            ? Task.FromResult<ApiProblem?>(null)
            : ReadAsync(context, maxBytes, maxFields, maxBytes);
    }

    /// <summary>Null when the form was read.</summary>
    internal static async Task<ApiProblem?> ReadAsync(HttpContext context, long maxBytes, int maxFields = MaxFields, int maxValueBytes = MaxBytes)
    {
        var request = context.Request;
        if (request.ContentLength > maxBytes)
        {
            return Refusal(context, StatusCodes.Status413PayloadTooLarge, "body_too_large");
        }

        if (request.ContentLength is null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = maxBytes;
        }

        try
        {
            var limits = new FormOptions { ValueCountLimit = maxFields, ValueLengthLimit = maxValueBytes, KeyLengthLimit = 256, MultipartBodyLengthLimit = maxBytes };
            var sent = await request.ReadFormAsync(limits, context.RequestAborted);
            return sent.Any(f => HoldsNul(f.Key) || f.Value.Any(HoldsNul)) ? Refusal(context, StatusCodes.Status400BadRequest, "invalid_body") : null;
        }
        catch (BadHttpRequestException exception)
        {
            return Refusal(context, exception.StatusCode, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => "body_too_large",
                StatusCodes.Status408RequestTimeout => "request_timeout",
                _ => "malformed_body",
            });
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException && !context.RequestAborted.IsCancellationRequested)
        {
            return Refusal(context, StatusCodes.Status400BadRequest, "malformed_body");
        }
    }

    /// <returns>Whether the page had no form of the name that was posted.</returns>
    private async Task<bool> PassAsync(HttpContext context)
    {
        if (!environment.IsDevelopment() || !HttpMethods.IsPost(context.Request.Method))
        {
            await next(context);
            return IsUnknownForm(context);
        }

        // While developing, the framework writes a sentence of its own in the place of the page that everybody else gets: it is held back.
        var body = context.Features.Get<IHttpResponseBodyFeature>()!;
        using var held = new MemoryStream();
        var holding = new StreamResponseBodyFeature(held, body);
        context.Features.Set<IHttpResponseBodyFeature>(holding);
        try
        {
            await next(context);
            await holding.Writer.FlushAsync(context.RequestAborted);
        }
        finally
        {
            context.Features.Set(body);
        }

        if (IsUnknownForm(context))
        {
            return true;
        }

        if (held.Length > 0)
        {
            await body.Stream.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), context.RequestAborted);
        }

        return false;
    }

    private static bool IsUnknownForm(HttpContext context) => HttpMethods.IsPost(context.Request.Method)
        && context.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest, ContentLength: null or 0 }
        && context.Response.ContentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) == true;

    internal static bool IsFile(HttpRequest request) => request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    // PostgreSQL stores no NUL in a text, so no value of ours holds one.
    private static bool HoldsNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true;

    private static ApiProblem Refusal(HttpContext context, int status, string code) => new(status, code, TraceId: Tracing.Current(context));
}
