using System.Security.Cryptography;
using NetVips;

namespace Panorama.Core.Photos;

/// <summary>
/// Turns what a camera sent into what is kept: an upright sRGB JPEG of at most the given size, a thumbnail, and not one byte of anything else that was in the
/// file. Reads and writes files of the caller's, knows no store and no database. The same file and the same limits give the same bytes.
/// </summary>
public sealed class PhotoProcessor : IDisposable
{
    private static readonly double[] White = [255, 255, 255];
    private static readonly Lazy<bool> Decoder = new(PrepareDecoder);
    private readonly PhotoLimits _limits;
    private readonly PhotoGate _gate;

    public PhotoProcessor(PhotoLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _gate = new PhotoGate(limits);
    }

    /// <param name="source">Path of the file that was uploaded.</param>
    /// <param name="photo">Path of the JPEG that is made; the caller's to delete, also when this throws.</param>
    /// <param name="thumbnail">Path of the small JPEG.</param>
    /// <param name="zone">In which a camera's time without a zone is read.</param>
    /// <param name="maxDimension">The longest edge that this photo may keep, in pixels; null for what the limits say.</param>
    /// <exception cref="PhotoRefusedException">The file is refused; both paths may hold a part.</exception>
    /// <exception cref="IOException">The disk of the paths is full.</exception>
    public async Task<ProcessedPhoto> ProcessAsync(string source, string photo, string thumbnail, TimeZoneInfo zone, int? maxDimension, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        var header = ReadHeader(source);
        var limits = _limits with { MaxDimension = maxDimension ?? _limits.MaxDimension };
        using var place = await _gate.EnterAsync(limits.MemoryFor(header), cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.Deadline);

        try
        {
            // Decoding is a long stretch of processor time that waits for nothing: not on a thread that answers requests.
            return await Task.Factory.StartNew(
                () => Process(header, source, photo, thumbnail, zone, limits.MaxDimension, deadline.Token), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PhotoRefusedException.Failed(exception);
        }
    }

    public void Dispose() => _gate.Dispose();

    private PhotoHeader ReadHeader(string source)
    {
        PhotoHeader header;
        using (var file = File.OpenRead(source))
        {
            header = PhotoHeader.Read(file);
        }

        return header.Pixels <= _limits.MaxPixels
            ? header
            : throw new PhotoRefusedException("photo_too_large_pixels", "The photo has more pixels than are accepted.") { Pixels = header.Pixels };
    }

    private ProcessedPhoto Process(PhotoHeader header, string source, string photo, string thumbnail, TimeZoneInfo zone, int maxDimension, CancellationToken cancellationToken)
    {
        _ = Decoder.Value;
        try
        {
            var (capture, blocks, hasProfile) = ReadMetadata(source, zone);

            // Through a profile only where there is one: for what is sRGB already the way there and back takes longer than all the rest.
            using var upright = Image.Thumbnail(
                source, maxDimension, height: maxDimension, size: Enums.Size.Down, outputProfile: hasProfile ? "srgb" : null, failOn: Enums.FailOn.Truncated);
            using var opaque = upright.HasAlpha() ? upright.Flatten(background: White) : upright.Copy();
            using var colours = opaque.Colourspace(Enums.Interpretation.Srgb);

            // Killed by the token, or the deadline would come only after the last line.
            colours.SetProgress(progress: null, cancellationToken);
            using var pixels = colours.CopyMemory();
            cancellationToken.ThrowIfCancellationRequested();
            Save(pixels, photo);
            using (var small = pixels.ThumbnailImage(_limits.ThumbnailDimension, height: _limits.ThumbnailDimension, size: Enums.Size.Down))
            {
                Save(small, thumbnail);
            }

            return new ProcessedPhoto(header.Format, pixels.Width, pixels.Height, Stored(photo), Stored(thumbnail), capture, blocks);
        }
        catch (VipsException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw PhotoRefusedException.Failed(exception);
        }
    }

    // A disk that is full is not the photo's fault; libvips has the system's words for it in its own.
    private void Save(Image image, string path)
    {
        try
        {
            image.Jpegsave(path, q: _limits.Quality, subsampleMode: Enums.ForeignSubsample.On, keep: Enums.ForeignKeep.None);
        }
        catch (VipsException exception) when (exception.Message.Contains("No space left", StringComparison.Ordinal) || exception.Message.Contains("quota exceeded", StringComparison.Ordinal))
        {
            throw new IOException("The disk takes no more.", exception);
        }
    }

    private static StoredPhoto Stored(string path)
    {
        using var file = File.OpenRead(path);
        return new StoredPhoto(file.Length, SHA256.HashData(file));
    }

    private static (CaptureTime? Capture, IReadOnlyList<string> Blocks, bool HasProfile) ReadMetadata(string source, TimeZoneInfo zone)
    {
        using var header = Image.NewFromFile(source, access: Enums.Access.Sequential);
        var fields = header.GetFields();
        return (
            CaptureTime.Read(name => fields.Contains(name) ? Text(header, name) : null, zone), MetadataBlocks.Among(fields, name => header.Get(name)),
            header.Interpretation == Enums.Interpretation.Cmyk || fields.Contains("icc-profile-data"));
    }

    // libvips writes "2026:11:27 08:15:00 (2026:11:27 08:15:00, ASCII, 20 components, 20 bytes)".
    private static string? Text(Image header, string name) => header.Get(name) is string text ? text.Split(" (", 2)[0].Trim() : null;

    // Once a process: three decoders and no other, whatever the file is; no cache, because no photo comes twice; one thread each, because the gate counts.
    private static bool PrepareDecoder()
    {
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.All, (_, _, _) => { }); // its warnings may quote the file
        Cache.Max = 0;
        Cache.MaxMem = 0;
        Cache.MaxFiles = 0;
        NetVips.NetVips.Concurrency = 1;
        Operation.Block("VipsForeignLoad", true);
        foreach (var format in new[] { "Jpeg", "Png", "Webp" })
        {
            Operation.Block($"VipsForeignLoad{format}", false);
        }

        return true;
    }
}
