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

/// <summary>What showing a photo works with.</summary>
internal sealed record PhotoTools(
    HttpContext Context, TenantSession Session, Actor Actor, FileDelivery Files, IObjectStore Store, IOptions<StorageOptions> Options, ViewAudit Views)
{
    private const string FileName = "photo.jpg";
    private const string ContentType = "image/jpeg";
    private static readonly TimeSpan LinkOfThumbnail = TimeSpan.FromSeconds(60);

    /// <param name="where">Behind <c>from photos p</c>; a literal.</param>
    public Task<IResult> ShowThumbnailAsync(string where, params IReadOnlyList<NpgsqlParameter> values) =>
        ShowAsync("p.thumbnail_key, p.thumbnail_sha256, p.thumbnail_size_bytes", where, values, LinkOfThumbnail, view: null);

    /// <param name="where">Behind <c>from photos p</c>; a literal.</param>
    /// <param name="view">The line of audit, by the photo's id and asset.</param>
    public Task<IResult> ShowFullAsync(string where, Func<Guid?, FileView> view, params IReadOnlyList<NpgsqlParameter> values) =>
        ShowAsync("p.storage_key, p.sha256, p.size_bytes", where, values, Options.Value.Lifetime, view);

    private async Task<IResult> ShowAsync(string columns, string where, IReadOnlyList<NpgsqlParameter> values, TimeSpan lifetime, Func<Guid?, FileView>? view)
    {
        if (await FindAsync(columns, where, values) is not var (id, asset, file))
        {
            return Problems.Of(Problems.PhotoNotFound);
        }

        var result = Options.Value.IsRedirected ? Links.Redirect(Context, Store, file, lifetime, FileName) : await Files.OpenAsync(Context, file, Context.RequestAborted);
        return view is null || result is IStatusCodeHttpResult { StatusCode: >= 400 } || await Views.WriteAsync(Session, Actor, id, view(asset), Context.RequestAborted)
            ? result : Problems.Of(Problems.AuthenticationRequired);
    }

    /// <summary>One round trip, which ends the transaction: nobody who reads slowly holds a connection.</summary>
    private async Task<(Guid Id, Guid? Asset, FileContent File)?> FindAsync(string columns, string where, IReadOnlyList<NpgsqlParameter> values)
    {
#pragma warning disable CA2100 // literals of the callers
        var command = new NpgsqlBatchCommand($"select p.id, p.asset_id, {columns} from photos p {where} and p.deleted_at is null");
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        await using var batch = new NpgsqlBatch { BatchCommands = { command } };
        await using var reader = await Session.ReadLastAsync(batch, Context.RequestAborted);
        (Guid, Guid?, FileContent)? found = null;
        if (await reader.ReadAsync(Context.RequestAborted))
        {
            found = (reader.GetGuid(0), reader.ValueOrNull<Guid>(1), new FileContent(
                ObjectKey.Parse(reader.GetString(2), Actor.TenantId!.Value), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(3)), reader.GetInt32(4), ContentType,
                new ContentDispositionHeaderValue("inline") { FileName = FileName }));
        }

        while (await reader.NextResultAsync(Context.RequestAborted))
        {
            // To its end, or the commit is not seen.
        }

        await reader.CloseAsync();
        await Session.CommitAsync(Context.RequestAborted);
        return found;
    }
}

internal static class ShowPhoto
{
    // A photo of an inspection is shown by the route of its inspection alone, which asks whose it is.
    private const string OfAsset = "where p.id = $1 and p.inspection_id is null";

    public static async Task<IResult> Thumbnail(string id, [AsParameters] PhotoTools tools) =>
        Guid.TryParseExact(id, "D", out var photo) ? await tools.ShowThumbnailAsync(OfAsset, Statement.Uuid(photo)) : Problems.Of(Problems.PhotoNotFound);

    public static async Task<IResult> Full(string id, [AsParameters] PhotoTools tools) => Guid.TryParseExact(id, "D", out var photo)
        ? await tools.ShowFullAsync(OfAsset, asset => new FileView(AuditActions.PhotoViewed, "photo", new { assetId = asset }), Statement.Uuid(photo))
        : Problems.Of(Problems.PhotoNotFound);
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
            || await views.WriteAsync(session, actor, document.Id, new(AuditActions.DocumentDownloaded, "document", new { assetId = document.AssetId }), cancellationToken)
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
