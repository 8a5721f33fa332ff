using System.Buffers.Binary;

namespace Panorama.Core.Photos;

/// <summary>What a file says of itself before anything is decoded: enough to refuse what would not fit.</summary>
/// <param name="DecoderBytes">What a decoder has to hold of the picture at once, in bytes: nothing but a few lines, or all of it.</param>
public sealed record PhotoHeader(PhotoFormat Format, int Width, int Height, long DecoderBytes)
{
    private const int HeadLength = 64;

    public long Pixels => (long)Width * Height;

    /// <exception cref="PhotoRefusedException"><c>empty_photo</c>, <c>unsupported_media_type</c> or <c>photo_processing_failed</c>.</exception>
    public static PhotoHeader Read(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Span<byte> head = stackalloc byte[HeadLength];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)];
        if (head.IsEmpty)
        {
            throw new PhotoRefusedException("empty_photo", "The file is empty.");
        }

        try
        {
            var header = head switch
            {
                [0xFF, 0xD8, 0xFF, ..] => JpegHeader.Read(file),
                [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PngHeader.Read(file),
                [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebPHeader.Read(file),
                _ => throw PhotoRefusedException.Unsupported(Name(head)),
            };
            return header is { Width: > 0, Height: > 0 } ? header : throw PhotoRefusedException.Failed();
        }
        catch (EndOfStreamException exception)
        {
            throw PhotoRefusedException.Failed(exception);
        }
    }

    // Named so that the answer says something: these are refused whatever they are.
    private static string Name(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            return Brand(head[8..12]);
        }

        return head switch
        {
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "application/pdf",
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
            [(byte)'B', (byte)'M', ..] => "image/bmp",
            [(byte)'I', (byte)'I', 0x2A, 0x00, ..] or [(byte)'M', (byte)'M', 0x00, 0x2A, ..] => "image/tiff",
            [0xFF, 0x0A, ..] or [0x00, 0x00, 0x00, 0x0C, (byte)'J', (byte)'X', (byte)'L', ..] => "image/jxl",
            _ => "unknown",
        };
    }

    // ISO 14496-12, the major brand of the file type box.
    private static string Brand(ReadOnlySpan<byte> brand) => BinaryPrimitives.ReadUInt32BigEndian(brand) switch
    {
        0x68656963 or 0x68656978 => "image/heic", // heic, heix
        0x6D696631 => "image/heif", // mif1
        0x68657663 or 0x68657678 => "image/heic-sequence", // hevc, hevx
        0x6D736631 => "image/heif-sequence", // msf1
        0x61766966 or 0x61766973 => "image/avif", // avif, avis
        _ => "video/mp4",
    };
}
