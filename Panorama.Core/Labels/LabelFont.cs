using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Panorama.Core.Labels;

/// <summary>The fonts of the PDF: a server has none that one could count on, so two are part of the program. Latin, Greek and Cyrillic.</summary>
internal static class LabelFont
{
    public const string Regular = "DejaVuSansCondensed.ttf";
    public const string Bold = "DejaVuSansCondensed-Bold.ttf";

    /// <summary>What stands for a character that the font has not.</summary>
    private const string Missing = "?";

    // Both files hold the same characters.
    private static readonly Lazy<List<(int First, int Last)>> Ranges = new(() => ReadRanges(Read(Regular)));

    public static byte[] Read(string file)
    {
        using var stream = typeof(LabelFont).Assembly.GetManifestResourceStream($"Panorama.Core.Labels.Fonts.{file}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The text as it can be drawn.</summary>
    public static string Drawable(string text)
    {
        var composed = text.Normalize(NormalizationForm.FormC);
        return Lacking(composed).Any() ? string.Concat(Elements(composed).Select(e => IsDrawable(e) ? e : Missing)) : composed;
    }

    /// <summary>What of the text cannot be drawn, as a reader counts characters.</summary>
    public static IEnumerable<string> Lacking(string text) => Elements(text.Normalize(NormalizationForm.FormC)).Where(e => !IsDrawable(e));

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
        {
            yield return elements.GetTextElement();
        }
    }

    private static bool IsDrawable(string element) => element.EnumerateRunes().All(r => Ranges.Value.Exists(range => r.Value >= range.First && r.Value <= range.Last));

    /// <summary>The segments of the character map (OpenType 1.9, "cmap", format 4), which in these files have no holes.</summary>
    private static List<(int First, int Last)> ReadRanges(ReadOnlySpan<byte> font)
    {
        var tables = Number(font, 4);
        for (var table = 12; table < 12 + (tables * 16); table += 16)
        {
            if (font.Slice(table, 4).SequenceEqual("cmap"u8))
            {
                return ReadMap(font[BinaryPrimitives.ReadInt32BigEndian(font[(table + 8)..])..]);
            }
        }

        throw new InvalidDataException("The font has no character map.");
    }

    private static List<(int First, int Last)> ReadMap(ReadOnlySpan<byte> map)
    {
        var segments = map[BinaryPrimitives.ReadInt32BigEndian(map[8..])..];
        if (Number(segments, 0) != 4)
        {
            throw new InvalidDataException("The font's character map is not of format 4.");
        }

        var length = Number(segments, 6); // bytes of each array
        var ranges = new List<(int, int)>();
        for (var i = 0; i < length; i += 2)
        {
            var (last, first) = (Number(segments, 14 + i), Number(segments, 16 + length + i));
            if (first != 0xFFFF) // the end of the list
            {
                ranges.Add((first, last));
            }
        }

        return ranges;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
