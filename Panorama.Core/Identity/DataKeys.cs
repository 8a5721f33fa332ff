using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Panorama.Core.Identity;

/// <summary>DATA_KEY and its retired predecessors. Each purpose gets a key of its own through HKDF, so one leaked purpose does not open another.</summary>
public sealed class DataKeys
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Dictionary<string, byte[]> _keys = [];
    private readonly string _current;

    /// <param name="current">DATA_KEY: <c>id:base64url of 32 bytes</c>.</param>
    /// <param name="previous">DATA_KEY_PREVIOUS: a comma list of the same form, or null.</param>
    /// <exception cref="FormatException">A value is not of that form.</exception>
    public DataKeys(string current, string? previous)
    {
        _current = Add(current);
        foreach (var key in (previous ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Add(key);
        }
    }

    /// <summary>The bytes of one <c>id:base64url</c> value, or null when it is not of that form.</summary>
    public static (string Id, byte[] Bytes)? Parse(string? value)
    {
        if (value?.Split(':') is not [var id, var text] || id.Length is 0 or > 32 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return null;
        }

        var bytes = new byte[KeyBytes];
        return text.Length is 43 or 44 && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == KeyBytes ? (id, bytes) : null;
    }

    /// <summary>Encrypts under the current key: <c>id:base64url(nonce, tag, cipher text)</c>.</summary>
    public string Encrypt(string purpose, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(Derive(_current, purpose), TagBytes);
        cipher.Encrypt(
            sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(purpose));
        return $"{_current}:{Base64Url.EncodeToString(sealedBytes)}";
    }

    /// <summary>Decrypts what <see cref="Encrypt"/> made under any key that is still known.</summary>
    /// <exception cref="CryptographicException">The key is unknown, or the text was changed or made for another purpose.</exception>
    public string Decrypt(string purpose, string text)
    {
        var separator = text.IndexOf(':', StringComparison.Ordinal);
        if (separator < 0 || !_keys.ContainsKey(text[..separator]))
        {
            throw new CryptographicException("No key with the id of this text is in DATA_KEY or DATA_KEY_PREVIOUS.");
        }

        var sealedBytes = Base64Url.DecodeFromChars(text.AsSpan(separator + 1));
        if (sealedBytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("The text is too short to be one of ours.");
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Derive(text[..separator], purpose), TagBytes);
        cipher.Decrypt(
            sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), plain,
            Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Signs under the current key: <c>id:base64url(HMAC-SHA-256)</c>.</summary>
    public string Sign(string purpose, string text) => $"{_current}:{Mac(_current, purpose, text)}";

    /// <summary>Whether <see cref="Sign"/> made it for this text and purpose, under any key that is still known.</summary>
    public bool IsSigned(string purpose, string text, string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return signature.Split(':', 2) is [var id, var given] && _keys.ContainsKey(id)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.ASCII.GetBytes(Mac(id, purpose, text)));
    }

    private string Mac(string id, string purpose, string text) => Base64Url.EncodeToString(HMACSHA256.HashData(Derive(id, purpose), Encoding.UTF8.GetBytes(text)));

    private byte[] Derive(string id, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _keys[id], KeyBytes, info: Encoding.UTF8.GetBytes($"panorama {purpose}"));

    private string Add(string value)
    {
        var (id, bytes) = Parse(value) ?? throw new FormatException("A data key is <id>:<base64url of 32 bytes>.");
        _keys.TryAdd(id, bytes);
        return id;
    }
}
