namespace Panorama.Core.Storage;

/// <summary>Where photos and files lie. Whole bodies are never held in memory.</summary>
public interface IObjectStore
{
    StoreCapabilities Capabilities { get; }

    /// <summary>Stores all of it or nothing; what was there under the key is replaced.</summary>
    /// <param name="body">Can seek (it may be sent again), and is read from its beginning.</param>
    /// <exception cref="StorageException"><c>storage_write_failed</c>, also when the body is not what <paramref name="content"/> says.</exception>
    Task PutAsync(ObjectKey key, Stream body, ObjectContent content, CancellationToken cancellationToken);

    /// <summary>Null when there is none. The stream throws <c>storage_read_failed</c> when it ends too early or stalls.</summary>
    /// <param name="range">Null for all of it.</param>
    /// <exception cref="StorageException"><c>storage_read_failed</c></exception>
    Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancellationToken);

    /// <summary>Null when there is none.</summary>
    /// <exception cref="StorageException"><c>storage_read_failed</c></exception>
    Task<ObjectHead?> HeadAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>One that is not there counts as deleted.</summary>
    /// <exception cref="StorageException"><c>storage_delete_failed</c></exception>
    Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Everything whose name begins so, page by page and in no order that means anything; also what is no key of ours.</summary>
    /// <exception cref="StorageException"><c>storage_read_failed</c></exception>
    IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>An address that shows one object for a while to whoever has it; relative to the Web's where the store has no address of its own.</summary>
    /// <param name="fileName">Under which a browser saves it; null shows it in place.</param>
    /// <exception cref="StorageException"><c>storage_presign_failed</c></exception>
    Uri SignGet(ObjectKey key, TimeSpan lifetime, string? fileName, string contentType);
}

/// <param name="CanSign">Whether <see cref="IObjectStore.SignGet"/> works here.</param>
public sealed record StoreCapabilities(string Driver, bool CanSign)
{
    /// <summary>False where the settings name no store.</summary>
    public bool IsConfigured { get; init; } = true;
}

/// <param name="Sha256">Of the whole body, 32 bytes.</param>
/// <param name="ContentType">Told to whoever reads; up to 100 printable ASCII characters.</param>
public sealed record ObjectContent(long Length, ReadOnlyMemory<byte> Sha256, string ContentType)
{
    internal void Check()
    {
        if (Length < 0 || Sha256.Length != 32 || ContentType.Length is 0 or > 100 || ContentType.Any(c => c is < ' ' or > '~'))
        {
            throw new InvalidOperationException("A body has a SHA-256 of 32 bytes and a content type of up to 100 printable ASCII characters.");
        }
    }

    internal string HexSha256 => Convert.ToHexStringLower(Sha256.Span);
}

/// <param name="Sha256">Lower-case hexadecimal; null when it was stored by somebody who did not say.</param>
/// <param name="ModifiedAt">By the store's clock, whole seconds.</param>
public sealed record ObjectHead(long Length, string ContentType, string? Sha256, DateTimeOffset ModifiedAt);

public sealed record ListedObject(string Key, long Length, DateTimeOffset ModifiedAt);

/// <param name="From">First byte, from 0.</param>
/// <param name="Length">Null up to the end; more than there is counts as up to the end.</param>
public sealed record ByteRange(long From, long? Length);

/// <summary>An open object; whoever has it disposes it.</summary>
/// <param name="Head">Of the whole object, also when a range was asked for.</param>
/// <param name="Body">Of the range; empty when it begins behind the end.</param>
/// <param name="BodyLength">Bytes in <paramref name="Body"/>.</param>
public sealed record StoredObject(ObjectHead Head, Stream Body, long BodyLength) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Body.DisposeAsync();
}
