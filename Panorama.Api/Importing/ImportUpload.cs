using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Importing;
using Panorama.Core.Input;
using Panorama.ServiceDefaults;

namespace Panorama.Api.Importing;

/// <summary>One file is looked into at a time: its bytes and its text are in memory together.</summary>
internal sealed class ImportUploads : IDisposable
{
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public void Dispose() => Gate.Dispose();
}

/// <summary>A file as it was sent.</summary>
internal sealed record UploadedFile(string Name, byte[] Content);

/// <summary>
/// Takes the file between two transactions: who may import is asked before, and while a slow sender sends no connection is held. Up to a megabyte
/// waits in memory, the rest in a temporary file.
/// </summary>
internal sealed class ImportUpload(TenantSession session, ImportUploads uploads) : IEndpointFilter
{
    /// <summary>What is more than a file may have is read up to here and answered with its code; more is cut off.</summary>
    public const long MaxBodyBytes = 64 * 1024 * 1024;

    private const int MemoryBytes = 1024 * 1024;
    private const int MaxNameCharacters = 200;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<UploadedFile>() is null)
        {
            var (actor, hash) = (session.Actor, session.TokenHash!);
            await session.CommitAsync(http.RequestAborted);
            using var spool = new FileBufferingWriteStream(MemoryBytes);
            var (name, problem) = await ReadAsync(http, spool);
            if (problem is not null)
            {
                return problem;
            }

            await uploads.Gate.WaitAsync(http.RequestAborted);
            http.Response.OnCompleted(() => { uploads.Gate.Release(); return Task.CompletedTask; });
            using var content = new MemoryStream((int)spool.Length);
            await spool.DrainBufferAsync(content, http.RequestAborted);
            var bytes = content.Length == content.GetBuffer().Length ? content.GetBuffer() : content.ToArray();
            http.Features.Set(new UploadedFile(name, bytes));
            http.Features.Set(new RequestDigest(SHA256.HashData(bytes)));
            if (await session.OpenAsync(hash, http.RequestAborted) != actor)
            {
                return Problems.Of(Problems.AuthenticationRequired); // signed out, or no longer who began to send
            }
        }

        return await next(context);
    }

    private static async Task<(string Name, ProblemHttpResult? Problem)> ReadAsync(HttpContext http, FileBufferingWriteStream spool)
    {
        var request = http.Request;
        var name = Clean(request.Query["fileName"].ToString());
        if (!MediaTypeHeaderValue.TryParse(request.ContentType ?? "application/octet-stream", out var type) || request.HasJsonContentType()
            || type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return (name, Problems.Of(Problems.UnsupportedMediaType));
        }

        http.AllowSlowBody();
        try
        {
            var source = request.Body;
            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
                if (string.IsNullOrEmpty(boundary))
                {
                    return (name, Problems.Of(Problems.MalformedBody));
                }

                var reader = new MultipartReader(boundary, request.Body);
                MultipartSection? section;
                ContentDispositionHeaderValue? disposition = null;
                while ((section = await reader.ReadNextSectionAsync(http.RequestAborted)) is not null
                    && !(ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out disposition) && disposition.IsFileDisposition()))
                {
                    // A field of the form is not the file.
                }

                if (section is null)
                {
                    return (name, Problems.Members(("file", FieldError.Required)));
                }

                name = Clean(disposition!.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value);
                source = section.Body;
            }

            var buffer = new byte[64 * 1024];
            long length = 0;
            int read;
            while ((read = await source.ReadAsync(buffer, http.RequestAborted)) > 0)
            {
                length += read;
                if (length <= Import.MaxFileBytes)
                {
                    await spool.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                }
            }

            return (name, length switch
            {
                0 => Problems.Of(Problems.FileEmpty),
                > Import.MaxFileBytes => Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", Import.MaxFileBytes))),
                _ => null,
            });
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (name, Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", Import.MaxFileBytes))));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } && !http.RequestAborted.IsCancellationRequested)
        {
            return (name, Problems.Of(Problems.MalformedBody));
        }
    }

    /// <summary>The last part of the path that some browsers send, without what a terminal or a page would act on.</summary>
    private static string Clean(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var clean = PlainText.Clean(last, isNote: false).Replace("\0", "", StringComparison.Ordinal).Trim();
        return clean.Length == 0 ? "import.csv" : clean.Length > MaxNameCharacters ? clean[..MaxNameCharacters] : clean;
    }
}
