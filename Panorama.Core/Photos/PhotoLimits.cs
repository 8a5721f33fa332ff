namespace Panorama.Core.Photos;

/// <summary>How large a photo may be, and what becomes of it.</summary>
public sealed record PhotoLimits
{
    /// <summary>Width × height above which a file is refused before it is decoded.</summary>
    public long MaxPixels { get; init; } = 64_000_000;

    /// <summary>The longest edge of what is stored, in pixels. Nothing is enlarged.</summary>
    public int MaxDimension { get; init; } = 2_048;

    /// <summary>Of the JPEG that is stored, 1 to 100.</summary>
    public int Quality { get; init; } = 85;

    /// <summary>The longest edge of the thumbnail, in pixels.</summary>
    public int ThumbnailDimension { get; init; } = 320;

    /// <summary>How many photos are decoded at once; twice as many wait.</summary>
    public int Concurrency { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>What a decoder may take, in bytes. A photo that would need more is refused.</summary>
    public long MemoryBytes { get; init; } = 120 * 1024 * 1024;

    /// <summary>What several may take together, in bytes: less than one alone, since each may take somewhat more than was reckoned.</summary>
    public long SharedMemoryBytes { get; init; } = 104 * 1024 * 1024;

    /// <summary>After which a photo is given up.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// What decoding, turning and encoding one photo takes, in bytes: what its decoder holds, some hundred lines of it, the picture in its final size twice, and a
    /// constant. The case <c>photos</c> of the benchmarks holds it against what is taken.
    /// </summary>
    public long MemoryFor(PhotoHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        const long Constant = 24 * 1024 * 1024;
        const int BytesOfPixel = 3;
        const int Lines = 512;
        var shrink = Math.Min(1, (double)MaxDimension / Math.Max(header.Width, header.Height));
        return Constant + header.DecoderBytes + ((long)header.Width * BytesOfPixel * Lines) + (long)(header.Pixels * shrink * shrink * BytesOfPixel * 2);
    }
}
