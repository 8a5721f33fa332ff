namespace Panorama.Core.Photos;

/// <param name="Sha256">Of the bytes as they are stored.</param>
public sealed record StoredPhoto(long Bytes, byte[] Sha256);

/// <summary>What became of an upload.</summary>
/// <param name="SentAs">What the upload was written in; what is stored is always a JPEG.</param>
/// <param name="Capture">Null when the file says nothing of it.</param>
/// <param name="StrippedBlocks">Names of what was left out, never its content: <c>exif</c>, <c>icc</c>, <c>iptc</c>, <c>xmp</c>, <c>tifftagPhotoshop</c>,
/// <c>orientation</c> (where the camera was turned), <c>comment</c>.</param>
public sealed record ProcessedPhoto(
    PhotoFormat SentAs, int Width, int Height, StoredPhoto Photo, StoredPhoto Thumbnail, CaptureTime? Capture, IReadOnlyList<string> StrippedBlocks);
