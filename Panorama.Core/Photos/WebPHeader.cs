using System.Buffers.Binary;

namespace Panorama.Core.Photos;

/// <summary>
/// The chunks of a WebP up to its picture (RFC 9649, §2). What is lossless or can be seen through is decoded as a whole; of the rest a few lines are held, but
/// counted as more, because the encoder chooses. A moving picture is refused.
/// </summary>
internal static class WebPHeader
{
    private const int BytesOfWholePixel = 4;
    private const double BytesOfPassingPixel = 1.5;
    private const byte Animated = 0x02;

    public static PhotoHeader Read(Stream file)
    {
        Span<byte> name = stackalloc byte[8];
        Span<byte> data = stackalloc byte[10];
        (int Width, int Height)? canvas = null;
        var isWhole = false;
        file.Position = 12;
        while (true)
        {
            file.ReadExactly(name);
            file.ReadExactly(data);
            if (name[..4].SequenceEqual("VP8X"u8))
            {
                if ((data[0] & Animated) != 0)
                {
                    throw PhotoRefusedException.Unsupported("image/webp; animated");
                }

                canvas = (1 + UInt24(data[4..]), 1 + UInt24(data[7..]));
            }
            else if (name[..4].SequenceEqual("ANIM"u8) || name[..4].SequenceEqual("ANMF"u8))
            {
                throw PhotoRefusedException.Unsupported("image/webp; animated");
            }
            else if (name[..4].SequenceEqual("VP8L"u8))
            {
                var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                return Header(canvas ?? (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF)), isWhole: true);
            }
            else if (name[..4].SequenceEqual("VP8 "u8))
            {
                return Header(canvas ?? (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF), isWhole);
            }

            isWhole |= name[..4].SequenceEqual("ALPH"u8);
            var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(name[4..]);
            file.Position += length + (length % 2) - data.Length;
        }
    }

    private static PhotoHeader Header((int Width, int Height) size, bool isWhole) =>
        new(PhotoFormat.WebP, size.Width, size.Height, (long)((double)size.Width * size.Height * (isWhole ? BytesOfWholePixel : BytesOfPassingPixel)));

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
