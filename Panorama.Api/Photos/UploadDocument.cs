using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Audit;
using Panorama.Core.Documents;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <summary>As a photo, but the file is kept as it was sent: it is shown to nobody in place, and saved as what it is.</summary>
internal sealed class UploadDocument(UploadTools tools, DocumentReader documents) : Upload<Document, DocumentItem>(tools)
{
    private const string Extension = ".pdf";
    private static readonly string[] Accepted = [Document.ContentType];

    protected override int MaxCaption => 0;

    protected override ProblemKind OwnerNotFound => Problems.AssetNotFound;

    protected override ProblemKind CapReached => Problems.AssetDocumentCapReached;

    public static Task<Results<Created<DocumentItem>, Ok<DocumentItem>, ProblemHttpResult>> Handle(string id, [AsParameters] UploadTools tools, DocumentReader documents) =>
        new UploadDocument(tools, documents).RunAsync(id);

    protected override Task<UploadOwner?> FindOwnerAsync(Guid id) =>
        Uploads.FindAssetAsync(Tools.Session.Connection, id, Document.MaxPerAsset, Document.MaxUploadBytes, Aborted);

    protected override Task<bool> LockAsync(UploadOwner owner) => Uploads.LockAssetAsync(Tools.Session.Connection, owner.Id, Aborted);

    protected override IQueryable<Document> FilesOf(UploadOwner owner) => Tools.Db.Documents.Where(d => d.AssetId == owner.Id);

    protected override RefusedUpload Refused(UploadOwner owner) => new(AuditActions.DocumentRejected, AuditActions.DocumentRejected, "document", null, owner.Id);

    protected override string Address(UploadOwner owner, Guid id) => $"/api/documents/{id}/content";

    protected override byte[] SourceOf(Document row) => row.Sha256;

    protected override Task<DocumentItem> ItemAsync(Document row) => documents.ItemAsync(row, Aborted);

    protected override async Task<(PreparedUpload<Document>? Prepared, ProblemHttpResult? Refusal)> PrepareAsync(UploadOwner owner, UploadForm form, Spool spool)
    {
        await using var target = File.Create(spool.Upload);
        var (length, sha, refusal) = await form.DrainAsync(Tools.Context, target, owner.MaxBytes);
        if (refusal is not null || length > owner.MaxBytes)
        {
            return (null, refusal ?? Problems.Of(Problems.BodyTooLarge, Problems.Args(("maxBytes", owner.MaxBytes))));
        }

        await target.FlushAsync(Aborted);
        if (length == 0 || !IsPdf(target))
        {
            return (null, length == 0 ? Problems.Of(Problems.FileEmpty) : Problems.Of(
                Problems.UnsupportedMediaType with { Title = "The file is no PDF." }, Problems.Args(("detected", "unknown"), ("accepted", Accepted))));
        }

        var row = Row(owner.Id, form, length, sha);
        return (new(row, new PreparedObject(row.StorageKey, spool.Upload, new ObjectContent(length, sha, Document.ContentType))), null);
    }

    protected override AuditEvent Describe(Document row, UploadOwner owner) => AuditEvent.About(AuditActions.DocumentUploaded, "asset", owner.Id, Tools.Clock.GetUtcNow(), new
    {
        documentId = row.Id,
        name = row.Name,
        sizeBytes = row.SizeBytes,
        sha256 = Convert.ToHexStringLower(row.Sha256),
    });

    private Document Row(Guid asset, UploadForm form, long length, byte[] sha)
    {
        var (now, tenant) = (Tools.Clock.Now(), Tools.Actor.TenantId!.Value);
        var id = Guid.CreateVersion7(now);
        return new Document
        {
            Id = id,
            TenantId = tenant,
            AssetId = asset,
            ClientUploadKey = form.Key,
            StorageKey = ObjectKey.For(tenant, ObjectArea.Assets, asset, ObjectKind.Files, id, "pdf").Text,
            Name = Name(form.FileName),
            SizeBytes = (int)length,
            Sha256 = sha,
            UploadedByUserId = Tools.Actor.UserId,
            CreatedAt = now,
        };
    }

    // Before anything else, so that no other reader takes it for something else.
    private static bool IsPdf(FileStream file)
    {
        Span<byte> head = stackalloc byte[5];
        file.Position = 0;
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual("%PDF-"u8);
    }

    // Whatever it was called, it is saved as what it is.
    private static string Name(string fileName)
    {
        var stem = fileName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? fileName[..^Extension.Length] : fileName;
        return Uploads.Cut(stem.Length == 0 ? "document" : stem, Document.MaxName - Extension.Length) + Extension;
    }
}
