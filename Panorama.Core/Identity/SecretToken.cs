using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Panorama.Core.Identity;

/// <summary>32 random bytes in base64url, 43 characters: sessions, set-up links. The database keeps only a hash.</summary>
public static class SecretToken
{
    /// <summary>Length of the text form.</summary>
    public const int Characters = 43;

    private const int Bytes = 32;

    /// <summary>A fresh token.</summary>
    public static byte[] Create() => RandomNumberGenerator.GetBytes(Bytes);

    /// <summary>The text that goes into a cookie or a link.</summary>
    public static string Format(ReadOnlySpan<byte> token) => Base64Url.EncodeToString(token);

    /// <summary>The bytes of a text form, or null when it is not one. Only the canonical form is read: one token, one text.</summary>
    public static byte[]? Parse(string? text)
    {
        if (text is not { Length: Characters })
        {
            return null;
        }

        var bytes = new byte[Bytes];
        // Not TryDecodeFromChars: that one throws on a character that does not belong, and a cookie holds whatever somebody put there.
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == Bytes
            && Base64Url.EncodeToString(bytes) == text
            ? bytes
            : null;
    }

    /// <summary>What the database keeps of a link's token: its SHA-256.</summary>
    public static byte[] HashOfLink(byte[] token) => SHA256.HashData(token);
}
