namespace Panorama.Core.Photos;

/// <summary>Why a file did not become a photo. Nothing of the decoder's own words is in it: they may quote the file.</summary>
/// <param name="code">Stable: <c>empty_photo</c>, <c>unsupported_media_type</c>, <c>photo_too_large_pixels</c>, <c>photo_needs_too_much_memory</c>,
/// <c>photo_processing_failed</c>, <c>photo_pipeline_busy</c>.</param>
public sealed class PhotoRefusedException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    private const string NoHeic =
        "This server does not read HEIC. Send the photo as JPEG; a phone does so where its camera is set to the most compatible format.";

    public string Code { get; } = code;

    /// <summary>The type that the first bytes showed; <c>unknown</c> when they showed none. Only with <c>unsupported_media_type</c>.</summary>
    public string? Detected { get; init; }

    /// <summary>Width × height. Only with <c>photo_too_large_pixels</c>.</summary>
    public long? Pixels { get; init; }

    /// <summary>What decoding would take, in bytes. Only with <c>photo_needs_too_much_memory</c>.</summary>
    public long? Bytes { get; init; }

    internal static PhotoRefusedException Unsupported(string detected) =>
        new("unsupported_media_type", detected.StartsWith("image/hei", StringComparison.Ordinal) ? NoHeic : "The file is no photo of a kind that can be kept.") { Detected = detected };

    internal static PhotoRefusedException Failed(Exception? inner = null) =>
        new("photo_processing_failed", "The photo is damaged and cannot be read.", inner);
}
