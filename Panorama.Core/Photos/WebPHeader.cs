using System.Buffers.Binary;

namespace Panorama.Core.Photos;

/// <summary>The first chunk of a WebP (RFC 9649, §2). Its decoder holds the whole picture, and of a moving one every frame's canvas, so those are refused.</summary>
internal static class WebPHeader
{
    private const int BytesOfPixel = 4;
    private const byte Animated = 0x02;

    public static PhotoHeader Read(Stream file)
    {
        Span<byte> chunk = stackalloc byte[18];
        file.Position = 12;
        file.ReadExactly(chunk);
        var data = chunk[8..];
        int width, height;
        if (chunk[..4].SequenceEqual("VP8X"u8))
        {
            if ((data[0] & Animated) != 0)
            {
                throw PhotoRefusedException.Unsupported("image/webp; animated");
            }

            (width, height) = (1 + (data[4] | (data[5] << 8) | (data[6] << 16)), 1 + (data[7] | (data[8] << 8) | (data[9] << 16)));
        }
        else if (chunk[..4].SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            (width, height) = (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }
        else if (chunk[..4].SequenceEqual("VP8 "u8))
        {
            (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
        }
        else
        {
            throw PhotoRefusedException.Failed();
        }

        return new PhotoHeader(PhotoFormat.WebP, width, height, (long)width * height * BytesOfPixel);
    }
}
