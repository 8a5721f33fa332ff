using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using NSec.Cryptography;

namespace Panorama.Core.Audit;

/// <summary>The Ed25519 key that signs checkpoints. The database never holds it, so its owner cannot forge one.</summary>
public sealed partial class AuditSigningKey : IDisposable
{
    private const int SeedBytes = 32;
    private readonly Key _key;

    private AuditSigningKey(string id, Key key)
    {
        Id = id;
        _key = key;
    }

    /// <summary>Stands in each checkpoint beside the signature.</summary>
    public string Id { get; }

    /// <summary>Reads <c>&lt;id&gt;:&lt;base64url of 32 seed bytes&gt;</c>.</summary>
    /// <returns>False with a sentence that never repeats the value.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuditSigningKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !KeyId().IsMatch(text[..colon]))
        {
            problem = "must be '<id>:<base64url seed>' with an id of 1 to 32 letters, digits, '-' or '_'";
            return false;
        }

        var encoded = text.AsSpan(colon + 1);
        if (!Base64Url.IsValid(encoded, out var length) || length != SeedBytes)
        {
            problem = $"must hold exactly {SeedBytes} bytes in base64url after the id";
            return false;
        }

        var seed = Base64Url.DecodeFromChars(encoded);
        if (seed.AsSpan().IndexOfAnyExcept(seed[0]) < 0)
        {
            problem = "is a placeholder: every byte of the seed is the same";
            return false;
        }

        key = new(text[..colon], Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey));
        problem = null;
        return true;
    }

    /// <returns>The 64 bytes of the signature over chain, seq and hash.</returns>
    public byte[] Sign(Guid chainId, long seq, ReadOnlySpan<byte> hash) =>
        SignatureAlgorithm.Ed25519.Sign(_key, SignedBytes(chainId, seq, hash));

    public bool Verifies(Guid chainId, long seq, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
        SignatureAlgorithm.Ed25519.Verify(_key.PublicKey, SignedBytes(chainId, seq, hash), signature);

    public void Dispose() => _key.Dispose();

    /// <summary>16 bytes of the id as printed, 8 bytes of seq, both big-endian, then the hash.</summary>
    internal static byte[] SignedBytes(Guid chainId, long seq, ReadOnlySpan<byte> hash)
    {
        var bytes = new byte[24 + hash.Length];
        chainId.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), seq);
        hash.CopyTo(bytes.AsSpan(24));
        return bytes;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,32}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyId();
}
