using System.Buffers.Binary;

namespace Panorama.Core.Photos;

/// <summary>The chunks of a PNG up to its first pixels (PNG 3rd edition, §5). An interlaced one is held as a whole; another goes by line by line.</summary>
internal static class PngHeader
{
    private const int HeaderLength = 13;

    public static PhotoHeader Read(Stream file)
    {
        Span<byte> chunk = stackalloc byte[8];
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = 8;
        file.ReadExactly(chunk);
        if (!chunk[4..].SequenceEqual("IHDR"u8) || BinaryPrimitives.ReadUInt32BigEndian(chunk) != HeaderLength)
        {
            throw PhotoRefusedException.Failed();
        }

        file.ReadExactly(header);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        if (width > int.MaxValue || height > int.MaxValue)
        {
            throw PhotoRefusedException.Failed();
        }

        while (true)
        {
            file.Position += 4; // checksum
            file.ReadExactly(chunk);
            if (chunk[4..].SequenceEqual("acTL"u8))
            {
                throw PhotoRefusedException.Unsupported("image/apng");
            }

            if (chunk[4..].SequenceEqual("IDAT"u8))
            {
                var bytesOfPixel = Channels(header[9]) * (header[8] == 16 ? 2 : 1);
                return new PhotoHeader(PhotoFormat.Png, (int)width, (int)height, header[12] == 0 ? 0 : (long)width * height * bytesOfPixel);
            }

            file.Position += BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }
    }

    // Of a colour type, as decoded: a palette becomes red, green, blue and perhaps alpha.
    private static int Channels(byte colourType) => colourType switch
    {
        0 => 1,
        2 => 3,
        4 => 2,
        _ => 4,
    };
}
