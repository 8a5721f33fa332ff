using System.Globalization;
using System.Text;

namespace Panorama.Core.Storage;

/// <summary>
/// What is known of a stored file stands behind its last byte, in 256 bytes of text: one rename makes both visible, and no second file can be lost or
/// belong to another body. A picture with it opens in every viewer.
/// </summary>
internal static class FileFooter
{
    public const int Bytes = 256;
    private const string Mark = "\npanorama object 1\n";

    public static byte[] Write(ObjectContent content)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Mark}{content.Length}\n{content.HexSha256}\n{content.ContentType}\n");
        return Encoding.ASCII.GetBytes(text.PadRight(Bytes));
    }

    /// <summary>Null when the file is not whole or none of ours.</summary>
    public static ObjectHead? Read(ReadOnlySpan<byte> footer, long bodyLength, DateTimeOffset modifiedAt)
    {
        var text = Encoding.ASCII.GetString(footer);
        return text.StartsWith(Mark, StringComparison.Ordinal) && text[Mark.Length..].Split('\n') is [var length, { Length: 64 } sha, var type, _]
            && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var stored) && stored == bodyLength
            ? new ObjectHead(stored, type, sha, modifiedAt)
            : null;
    }
}
