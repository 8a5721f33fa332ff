namespace Panorama.Core.Storage;

/// <summary>The settings name none: everything else works, and what needs a store says so.</summary>
internal sealed class NoObjectStore : IObjectStore
{
    private const string Sentence = "No storage is set: STORAGE_DIRECTORY names a folder, or S3_BUCKET_PHOTOS a bucket.";

    public StoreCapabilities Capabilities { get; } = new("none", CanSign: false) { IsConfigured = false };

    public Task PutAsync(ObjectKey key, Stream body, ObjectContent content, CancellationToken cancellationToken) => throw Refusal(StorageException.WriteFailed);

    public Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancellationToken) => throw Refusal(StorageException.ReadFailed);

    public Task<ObjectHead?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) => throw Refusal(StorageException.ReadFailed);

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => throw Refusal(StorageException.DeleteFailed);

    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken) => throw Refusal(StorageException.ReadFailed);

    public Uri SignGet(ObjectKey key, TimeSpan lifetime, string? fileName, string contentType) => throw Refusal(StorageException.PresignFailed);

    private static StorageException Refusal(string code) => new(code, StorageFault.NotConfigured, Sentence);
}
