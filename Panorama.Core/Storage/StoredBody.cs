namespace Panorama.Core.Storage;

/// <summary>A body on its way out of a store: one that stalls or ends too early is an error of the store, not the end of the body.</summary>
internal sealed class StoredBody(Stream inner, long length, IDisposable? owner, TimeSpan patience, TimeProvider clock) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read == length || buffer.Length == 0)
        {
            return 0;
        }

        using var limit = new CancellationTokenSource(patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var count = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - _read)], both.Token);
            _read += count;
            return count > 0 ? count : throw Failure(StorageFault.Damaged, "The stored body ended too early.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failure(StorageFault.TooSlow, "The storage stopped sending.");
        }
        catch (IOException)
        {
            throw Failure(StorageFault.Unavailable, "The storage broke off while it was sending.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var got = inner.Read(buffer, offset, (int)Math.Min(count, length - _read));
        _read += got;
        return got > 0 || _read == length || count == 0 ? got : throw Failure(StorageFault.Damaged, "The stored body ended too early.");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owner?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static StorageException Failure(StorageFault fault, string sentence) => new(StorageException.ReadFailed, fault, sentence);
}
