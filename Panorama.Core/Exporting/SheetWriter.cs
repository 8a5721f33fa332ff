namespace Panorama.Core.Exporting;

/// <summary>
/// Writes a table row by row and keeps none: what was written waits only until it is sent. A cell is a <see cref="string"/>, a <see cref="decimal"/>,
/// an <see cref="int"/>, a <see cref="DateOnly"/> or null.
/// </summary>
public abstract class SheetWriter : IAsyncDisposable
{
    private protected SheetWriter()
    {
    }

    private protected StagedStream Staged { get; } = new();

    /// <summary>Bytes that wait to be sent.</summary>
    public long Waiting => Staged.Waiting;

    public abstract void Header(IReadOnlyList<string> names);

    public abstract void Row(ReadOnlySpan<object?> cells);

    /// <summary>Writes what follows the last row.</summary>
    public abstract void Finish();

    /// <summary>Hands what was written to <paramref name="target"/>.</summary>
    public Task SendAsync(Stream target, CancellationToken cancellationToken) => Staged.SendAsync(target, cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes what a writer without an asynchronous side writes; never sought in, so that what went out is final.</summary>
    private protected sealed class StagedStream : Stream
    {
        private readonly MemoryStream _waiting = new();
        private long _sent;

        public long Waiting => _waiting.Length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _sent + _waiting.Length;
            set => throw new NotSupportedException();
        }

        public async Task SendAsync(Stream target, CancellationToken cancellationToken)
        {
            await target.WriteAsync(_waiting.GetBuffer().AsMemory(0, (int)_waiting.Length), cancellationToken);
            _sent += _waiting.Length;
            _waiting.SetLength(0);
        }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => _waiting.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => _waiting.Write(buffer);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
