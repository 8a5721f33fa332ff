using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Documents;
using Panorama.Core.Sql;
using Panorama.Core.Storage;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

internal static class ShowPhoto
{
    private const string FileName = "photo.jpg";
    private const string ContentType = "image/jpeg";
    private static readonly TimeSpan LinkOfThumbnail = TimeSpan.FromSeconds(60);

    public static async Task<IResult> Thumbnail(
        string id, HttpContext context, TenantSession session, Actor actor, FileDelivery files, IObjectStore store, IOptions<StorageOptions> options, CancellationToken cancellationToken)
    {
        if (await FindAsync(session, id, "thumbnail_key, thumbnail_sha256, thumbnail_size_bytes", cancellationToken) is not { } found)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        var file = found.Content(actor);
        return options.Value.IsRedirected ? Links.Redirect(context, store, file, LinkOfThumbnail, FileName) : await files.OpenAsync(context, file, cancellationToken);
    }

    public static async Task<IResult> Full(
        string id, HttpContext context, TenantSession session, Actor actor, FileDelivery files, IObjectStore store, IOptions<StorageOptions> options, ViewAudit views,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(session, id, "storage_key, sha256, size_bytes", cancellationToken) is not { } found)
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        var file = found.Content(actor);
        var result = options.Value.IsRedirected
            ? Links.Redirect(context, store, file, options.Value.Lifetime, FileName) : await files.OpenAsync(context, file, cancellationToken);
        return result is IStatusCodeHttpResult { StatusCode: >= 400 } || await views.WriteAsync(session, actor, AuditActions.PhotoViewed, "photo", found.Id, found.Asset, cancellationToken)
            ? result : Problems.Of(Problems.AuthenticationRequired);
    }

    /// <summary>One round trip, which ends the transaction: nobody who reads slowly holds a connection.</summary>
    private static async Task<Found?> FindAsync(TenantSession session, string id, string columns, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var photo))
        {
            return null;
        }

#pragma warning disable CA2100 // literals of this class
        await using var batch = new NpgsqlBatch
        {
            BatchCommands = { new($"select asset_id, {columns} from photos where id = $1 and deleted_at is null") { Parameters = { Statement.Uuid(photo) } } },
        };
#pragma warning restore CA2100
        await using (var reader = await session.ReadLastAsync(batch, cancellationToken))
        {
            Found? found = await reader.ReadAsync(cancellationToken)
                ? new Found(photo, reader.ValueOrNull<Guid>(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetInt32(3)) : null;
            while (await reader.NextResultAsync(cancellationToken))
            {
                // To its end, or the commit is not seen.
            }

            await reader.CloseAsync();
            await session.CommitAsync(cancellationToken);
            return found;
        }
    }

    private sealed record Found(Guid Id, Guid? Asset, string Key, byte[] Sha256, int Length)
    {
        public FileContent Content(Actor actor) => new(
            ObjectKey.Parse(Key, actor.TenantId!.Value), Convert.ToHexStringLower(Sha256), Length, ContentType,
            new ContentDispositionHeaderValue("inline") { FileName = FileName });
    }
}

internal static class ShowDocument
{
    public static async Task<IResult> Handle(
        string id, HttpContext context, TenantSession session, Actor actor, Core.Data.PanoramaDbContext db, FileDelivery files, IObjectStore store,
        IOptions<StorageOptions> options, ViewAudit views, CancellationToken cancellationToken)
    {
        if (await DeleteDocument.FindAsync(db, id, isDeletedToo: false, cancellationToken) is not { } document)
        {
            return Problems.Of(Problems.DocumentNotFound);
        }

        await session.CommitAsync(cancellationToken);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(document.Name);
        var file = new FileContent(ObjectKey.Parse(document.StorageKey, actor.TenantId!.Value), Convert.ToHexStringLower(document.Sha256), document.SizeBytes, Document.ContentType, disposition);
        context.Response.Headers.ContentSecurityPolicy = Links.Sandbox;
        var result = options.Value.IsRedirected
            ? Links.Redirect(context, store, file, options.Value.Lifetime, document.Name) : await files.OpenAsync(context, file, cancellationToken);
        return result is IStatusCodeHttpResult { StatusCode: >= 400 }
            || await views.WriteAsync(session, actor, AuditActions.DocumentDownloaded, "document", document.Id, document.AssetId, cancellationToken)
            ? result : Problems.Of(Problems.AuthenticationRequired);
    }
}

/// <summary>What a signed link of the folder shows; whoever has it is not asked who they are.</summary>
internal static class ShowFile
{
    public static async Task<IResult> Handle(string token, HttpContext context, FileLinks links, IObjectStore store, FileDelivery files, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { } link)
        {
            return Problems.Of(Problems.NotFound);
        }

        ObjectHead? head;
        try
        {
            head = await store.HeadAsync(link.Key, cancellationToken);
        }
        catch (StorageException exception)
        {
            return PutObjects.Refusal(context, exception);
        }

        if (head?.Sha256 is not { } sha)
        {
            return Problems.Of(Problems.NotFound);
        }

        var disposition = new ContentDispositionHeaderValue(link.FileName is null ? "inline" : "attachment");
        if (link.FileName is { } name)
        {
            disposition.SetHttpFileName(name);
        }

        context.Response.Headers.ContentSecurityPolicy = Links.Sandbox;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return await files.OpenAsync(context, new FileContent(link.Key, sha, head.Length, link.ContentType, disposition), cancellationToken);
    }
}

internal static class Links
{
    public const string Sandbox = "default-src 'none'; frame-ancestors 'none'; sandbox";

    /// <summary>Signing asks nobody: a store that is away is the browser's to find out.</summary>
    public static IResult Redirect(HttpContext context, IObjectStore store, FileContent file, TimeSpan lifetime, string fileName)
    {
        try
        {
            var address = store.SignGet(file.Key, lifetime, fileName, file.ContentType);
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = "private, no-store";
            return TypedResults.Redirect(address.ToString());
        }
        catch (StorageException exception)
        {
            return PutObjects.Refusal(context, exception);
        }
    }
}
