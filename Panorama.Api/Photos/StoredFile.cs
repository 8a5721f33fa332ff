using System.Globalization;
using Microsoft.Net.Http.Headers;
using Panorama.Api.Http;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <param name="Sha256">Of the bytes, lower-case hexadecimal: the strong tag.</param>
/// <param name="Disposition">Whether a browser shows it or saves it, and under which name.</param>
internal sealed record FileContent(ObjectKey Key, string Sha256, long Length, string ContentType, ContentDispositionHeaderValue Disposition);

/// <summary>Streams an object through the Api: a part of it, or the word that it is the same as before.</summary>
internal sealed partial class FileDelivery(IObjectStore store, ILogger<FileDelivery> logger)
{
    /// <summary>The object is opened here, so that a store that is away is a problem and not an answer that breaks off.</summary>
    public async Task<IResult> OpenAsync(HttpContext context, FileContent file, CancellationToken cancellationToken)
    {
        var headers = context.Request.GetTypedHeaders();
        var tag = new EntityTagHeaderValue($"\"{file.Sha256}\"");
        if (headers.IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false)))
        {
            Describe(context, file, tag);
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var (range, isBeyond) = headers.IfRange is { } condition && condition.EntityTag?.Compare(tag, useStrongComparison: true) is not true
            ? (null, false) : Range(headers.Range, file.Length);
        if (isBeyond)
        {
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Length}");
            return Problems.Of(Problems.RangeNotSatisfiable, Problems.Args(("length", file.Length)));
        }

        StoredObject? found;
        try
        {
            found = await store.OpenReadAsync(file.Key, range, cancellationToken);
        }
        catch (StorageException exception)
        {
            LogUnread(logger, exception.Message);
            return PutObjects.Refusal(context, exception);
        }

        if (found is null || found.Head.Length != file.Length || (found.Head.Sha256 is { } sha && sha != file.Sha256))
        {
            LogLost(logger, file.Key.Text, found is null ? "missing" : "another than the row says");
            if (found is not null)
            {
                await found.DisposeAsync();
            }

            return Problems.Unavailable(context, Problems.StorageReadFailed);
        }

        context.Response.RegisterForDisposeAsync(found);
        Describe(context, file, tag);
        return new StoredFile(found.Body, found.BodyLength, file.ContentType, range is null ? null : new ContentRangeHeaderValue(range.From, range.From + found.BodyLength - 1, file.Length));
    }

    private static void Describe(HttpContext context, FileContent file, EntityTagHeaderValue tag)
    {
        var headers = context.Response.Headers;
        headers.ETag = tag.ToString();
        headers.CacheControl = "private, no-cache"; // the right to see it is asked for each time
        headers.AcceptRanges = "bytes";
        headers.ContentDisposition = file.Disposition.ToString();
    }

    // More than one range is answered with the whole (RFC 9110, 14.2).
    private static (ByteRange? Range, bool IsBeyond) Range(RangeHeaderValue? header, long length)
    {
        if (header is null || header.Unit != "bytes" || header.Ranges.Count != 1)
        {
            return (null, false);
        }

        var wanted = header.Ranges.Single();
        if (wanted.From is not { } from)
        {
            var last = Math.Min(wanted.To ?? 0, length);
            return last == 0 ? (null, true) : (new ByteRange(length - last, last), false);
        }

        return from >= length ? (null, true) : (new ByteRange(from, Math.Min(wanted.To ?? length, length - 1) - from + 1), false);
    }

    [LoggerMessage(1203, LogLevel.Warning, "An object cannot be read: {Reason}")]
    private static partial void LogUnread(ILogger logger, string reason);

    [LoggerMessage(1204, LogLevel.Error, "The object {Key} is {State}")]
    private static partial void LogLost(ILogger logger, string key, string state);
}

internal sealed class StoredFile(Stream body, long length, string contentType, ContentRangeHeaderValue? range) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode!.Value;
        response.ContentType = contentType;
        response.ContentLength = length;
        if (range is not null)
        {
            response.Headers.ContentRange = range.ToString();
        }

        await body.CopyToAsync(response.Body, httpContext.RequestAborted);
    }
}
