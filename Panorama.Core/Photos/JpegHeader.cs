using System.Buffers.Binary;

namespace Panorama.Core.Photos;

/// <summary>
/// The markers of a JPEG up to its first scan (ITU-T T.81, annex B). One that is sent in several scans, as every progressive one is, keeps all coefficients
/// until the last: two bytes for each sample of each component, whatever the size it is wanted in.
/// </summary>
internal static class JpegHeader
{
    private const int BytesOfCoefficient = 2;
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const int MaxSegment = 65_535;

    public static PhotoHeader Read(Stream file)
    {
        (int Width, int Height, int Components, double SamplesOfPixel, bool IsProgressive)? frame = null;
        file.Position = 2;
        var segment = new byte[MaxSegment];
        while (true)
        {
            var marker = NextMarker(file);
            if (marker is EndOfImage)
            {
                throw PhotoRefusedException.Failed();
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                continue; // stands alone
            }

            file.ReadExactly(segment, 0, 2);
            var length = BinaryPrimitives.ReadUInt16BigEndian(segment) - 2;
            if (length < 0)
            {
                throw PhotoRefusedException.Failed();
            }

            file.ReadExactly(segment, 0, length);
            if (IsFrame(marker))
            {
                frame = Frame(marker, segment.AsSpan(0, length));
            }
            else if (marker == StartOfScan)
            {
                return frame is { } f && length > 0
                    ? new PhotoHeader(PhotoFormat.Jpeg, f.Width, f.Height, f.IsProgressive || segment[0] < f.Components ? Coefficients(f.Width, f.Height, f.SamplesOfPixel) : 0)
                    : throw PhotoRefusedException.Failed();
            }
        }
    }

    private static byte NextMarker(Stream file)
    {
        int read;
        do
        {
            read = file.ReadByte();
        }
        while (read is not (0xFF or -1));
        while (read == 0xFF)
        {
            read = file.ReadByte();
        }

        return read > 0 ? (byte)read : read == 0 ? NextMarker(file) : throw new EndOfStreamException();
    }

    // SOF0 to SOF15, between which lie the tables of Huffman codes and of arithmetic conditioning, and a reserved one.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static (int Width, int Height, int Components, double SamplesOfPixel, bool IsProgressive) Frame(byte marker, ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6 || segment.Length < 6 + (segment[5] * 3))
        {
            throw PhotoRefusedException.Failed();
        }

        var components = segment[5];
        int area = 0, widest = 1, highest = 1;
        for (var i = 0; i < components; i++)
        {
            int horizontal = segment[7 + (i * 3)] >> 4, vertical = segment[7 + (i * 3)] & 0x0F;
            area += horizontal * vertical;
            widest = Math.Max(widest, horizontal);
            highest = Math.Max(highest, vertical);
        }

        return (BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), components,
            (double)area / (widest * highest), marker is 0xC2 or 0xC6 or 0xCA or 0xCE);
    }

    private static long Coefficients(int width, int height, double samplesOfPixel) => (long)((long)width * height * samplesOfPixel * BytesOfCoefficient);
}
