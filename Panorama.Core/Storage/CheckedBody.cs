using System.Security.Cryptography;

namespace Panorama.Core.Storage;

/// <summary>
/// A body on its way into a store: its last bytes are handed on only when the whole is what was announced, so a store that compares nothing keeps nothing
/// that is wrong. It may be read again from its beginning.
/// </summary>
internal sealed class CheckedBody(Stream inner, ObjectContent content) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    /// <summary>What was read is not what was announced.</summary>
    public bool IsWrong { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position { get => _read; set => Seek(value, SeekOrigin.Begin); }

    public override int Read(Span<byte> buffer) => Account(buffer, inner.Read(Fit(buffer)));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var fitting = buffer[..(int)Math.Min(buffer.Length, content.Length - _read)];
        var count = await inner.ReadAsync(fitting, cancellationToken);
        return Account(buffer.Span, count);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _read + offset,
            _ => content.Length + offset,
        };
        if (target == _read)
        {
            return _read;
        }

        if (target != 0)
        {
            throw new NotSupportedException("Only from its beginning.");
        }

        inner.Position = 0;
        _hash.GetHashAndReset();
        return _read = 0;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private Span<byte> Fit(Span<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, content.Length - _read)];

    private int Account(Span<byte> buffer, int count)
    {
        _hash.AppendData(buffer[..count]);
        _read += count;
        var isCut = count == 0 && buffer.Length > 0 && _read < content.Length;
        var isOther = count > 0 && _read == content.Length && !_hash.GetCurrentHash().AsSpan().SequenceEqual(content.Sha256.Span);
        if (isCut || isOther || inner.Length != content.Length)
        {
            IsWrong = true;
            throw new IOException("The body is not the one that was announced.");
        }

        return count;
    }
}
