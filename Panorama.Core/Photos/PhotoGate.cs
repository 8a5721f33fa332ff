namespace Panorama.Core.Photos;

/// <summary>
/// Lets so many photos be decoded at once as the process has memory for, lets twice as many wait, and turns the others away. First come, first served: a small
/// one does not overtake a large one for ever.
/// </summary>
internal sealed class PhotoGate(PhotoLimits limits) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _left = new(0);
    private readonly Lock _lock = new();
    private int _admitted;
    private int _inside;
    private long _bytes;
    private bool _isAwaited;

    /// <exception cref="PhotoRefusedException"><c>photo_needs_too_much_memory</c>: it never fits; <c>photo_pipeline_busy</c>: it would wait behind too many.</exception>
    public async Task<IDisposable> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes > limits.MemoryBytes)
        {
            throw new PhotoRefusedException("photo_needs_too_much_memory", "Reading the photo takes more memory than this server has for it.") { Bytes = bytes };
        }

        lock (_lock)
        {
            if (_admitted >= limits.Concurrency * 3)
            {
                throw new PhotoRefusedException("photo_pipeline_busy", "Too many photos are being read at this moment.");
            }

            _admitted++;
        }

        var isInside = false;
        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                while (!(isInside = TryEnter(bytes)))
                {
                    await _left.WaitAsync(cancellationToken);
                }
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            if (!isInside)
            {
                lock (_lock)
                {
                    _admitted--;
                }
            }
        }

        return new Place(this, bytes);
    }

    public void Dispose()
    {
        _turn.Dispose();
        _left.Dispose();
    }

    private bool TryEnter(long bytes)
    {
        lock (_lock)
        {
            if (_inside >= limits.Concurrency || (_inside > 0 && bytes > Math.Min(limits.MemoryBytes, limits.SharedMemoryBytes) - _bytes))
            {
                _isAwaited = true;
                return false;
            }

            _inside++;
            _bytes += bytes;
            return true;
        }
    }

    private void Leave(long bytes)
    {
        lock (_lock)
        {
            _admitted--;
            _inside--;
            _bytes -= bytes;
            if (_isAwaited)
            {
                _isAwaited = false;
                _left.Release();
            }
        }
    }

    private sealed class Place(PhotoGate gate, long bytes) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                gate.Leave(bytes);
            }
        }
    }
}
