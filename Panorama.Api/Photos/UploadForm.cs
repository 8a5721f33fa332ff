using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Panorama.Api.Http;
using Panorama.Core.Input;
using Panorama.ServiceDefaults;

namespace Panorama.Api.Photos;

/// <summary>The fields of an upload, read up to its file: what they say decides whether the file is read at all.</summary>
internal sealed class UploadForm
{
    /// <summary>What is more than a file may have is read up to here and answered with its code; more is cut off.</summary>
    public const int MaxBodyBytes = 32 * 1024 * 1024;

    private const int MaxFieldBytes = 8 * 1024;
    private const int BufferBytes = 64 * 1024;

    private readonly MultipartReader _reader;
    private readonly MultipartSection _file;

    private UploadForm(MultipartReader reader, MultipartSection file, string fileName, Guid key) => (_reader, _file, FileName, Key) = (reader, file, fileName, key);

    /// <summary>The last part of the path that some browsers send, without what a terminal or a page would act on; empty when there is none.</summary>
    public string FileName { get; }
    public Guid Key { get; }
    public string? Caption { get; private init; }

    /// <summary>The answer that the file belongs to; null where none is named.</summary>
    public Guid? ResponseId { get; private init; }

    /// <summary>The item that it answers, instead of the answer; null where none is named.</summary>
    public Guid? SnapshotItemId { get; private init; }

    /// <param name="hasAnswer">The form may name an answer.</param>
    public static async Task<(UploadForm? Form, ProblemHttpResult? Refusal)> ReadAsync(HttpContext http, int maxCaption, bool hasAnswer)
    {
        var request = http.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return (null, Problems.Of(Problems.UnsupportedMediaType with { Title = "The body must be a form (multipart/form-data)." }));
        }

        http.AllowSlowBody();
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            string? key = null, caption = null, response = null, item = null;
            while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || disposition.DispositionType != "form-data")
                {
                    return (null, Malformed());
                }

                switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
                {
                    case "file" or "photo":
                        return key is null ? (null, Problems.Of(Problems.UploadKeyRequired))
                            : !Guid.TryParseExact(key, "D", out var uuid) ? (null, Problems.Of(Problems.UploadKeyNotUuid))
                            : CaptionError(caption, maxCaption) is { } error ? (null, Problems.Members(("caption", error)))
                            : AnswerError(response, item) is { } wrong ? (null, Problems.Members(wrong))
                            : (new UploadForm(reader, section, Name(disposition), uuid)
                            {
                                Caption = string.IsNullOrWhiteSpace(caption) ? null : caption.Trim(),
                                ResponseId = response is null ? null : Guid.ParseExact(response, "D"),
                                SnapshotItemId = item is null ? null : Guid.ParseExact(item, "D"),
                            }, null);
                    case "clientUploadKey":
                        key = await FieldAsync(section, http.RequestAborted);
                        break;
                    case "caption" when maxCaption > 0:
                        caption = await FieldAsync(section, http.RequestAborted);
                        break;
                    case "responseId" when hasAnswer:
                        response = await FieldAsync(section, http.RequestAborted);
                        break;
                    case "snapshotItemId" when hasAnswer:
                        item = await FieldAsync(section, http.RequestAborted);
                        break;
                    case var other:
                        return (null, Problems.Members((string.IsNullOrEmpty(other) || other.Length > 100 ? "$" : other, FieldError.Unknown)));
                }
            }

            return (null, Problems.Of(Problems.PhotoPartRequired));
        }
        catch (Exception exception) when (IsMalformed(exception, http))
        {
            return (null, Malformed());
        }
    }

    /// <summary>Reads the file to its end, and the form with it.</summary>
    /// <param name="target">Takes the bytes; null lets them go by.</param>
    /// <param name="maxBytes">What is more is not handed on.</param>
    /// <returns>Length and SHA-256; longer than <paramref name="maxBytes"/> is too large.</returns>
    public async Task<(long Length, byte[] Sha256, ProblemHttpResult? Refusal)> DrainAsync(HttpContext http, Stream? target, long maxBytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long length = 0;
        try
        {
            while (await _file.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
            {
                length += read;
                hash.AppendData(buffer, 0, read);
                if (target is not null && length <= maxBytes)
                {
                    try
                    {
                        await target.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                    }
                    catch (IOException exception)
                    {
                        throw new SpoolFullException(exception);
                    }
                }
            }

            return await _reader.ReadNextSectionAsync(http.RequestAborted) is null
                ? (length, hash.GetHashAndReset(), null)
                : (length, [], Problems.Members(("file", FieldError.Repeated))); // the file comes last, and there is one
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (long.MaxValue, [], null);
        }
        catch (Exception exception) when (exception is not SpoolFullException && IsMalformed(exception, http))
        {
            return (length, [], Malformed());
        }
    }

    private static ProblemHttpResult Malformed() => Problems.Members(("$", FieldError.WrongForm));

    private static bool IsMalformed(Exception exception, HttpContext http) =>
        exception is InvalidDataException or IOException or BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } && !http.RequestAborted.IsCancellationRequested;

    private static FieldError? CaptionError(string? caption, int max) => caption is null ? null
        : caption.Trim().Length > max ? FieldError.TooLong
        : PlainText.IsStorable(caption, isNote: true) ? null
        : FieldError.NotText;

    // One of the two says which answer; both might say two.
    private static (string Member, FieldError Error)? AnswerError(string? response, string? item) =>
        response is not null && !Guid.TryParseExact(response, "D", out _) ? ("responseId", FieldError.WrongForm)
            : item is not null && (response is not null || !Guid.TryParseExact(item, "D", out _)) ? ("snapshotItemId", response is null ? FieldError.WrongForm : FieldError.NotAvailable)
            : null;

    private static string Name(ContentDispositionHeaderValue disposition)
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
        return PlainText.Clean((name ?? "").Split('/', '\\')[^1], isNote: false).Replace("\0", "", StringComparison.Ordinal).Trim();
    }

    private static async Task<string> FieldAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var length = await section.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxFieldBytes ? throw new InvalidDataException("A field is too long.") : Encoding.UTF8.GetString(buffer, 0, length);
    }
}
