using System.Buffers.Binary;

namespace Panorama.Core.Tests.Photos;

/// <summary>Which segments a JPEG is made of, read without the code under test.</summary>
internal static class JpegSegments
{
    public static IEnumerable<string> Names(byte[] jpeg)
    {
        for (var at = 2; at < jpeg.Length;)
        {
            Assert.Equal(0xFF, jpeg[at]);
            var marker = jpeg[at + 1];
            yield return Name(marker);
            if (marker == 0xDA)
            {
                yield break;
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
        }
    }

    private static string Name(byte marker) => marker switch
    {
        >= 0xE0 and <= 0xEF => $"APP{marker - 0xE0}",
        0xDB => "DQT",
        0xC4 => "DHT",
        0xC0 => "SOF0",
        0xDA => "SOS",
        0xDD => "DRI",
        0xFE => "COM",
        _ => $"{marker:X2}",
    };
}
