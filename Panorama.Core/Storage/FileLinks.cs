using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Panorama.Core.Identity;

namespace Panorama.Core.Storage;

/// <summary>What a signed link shows.</summary>
/// <param name="FileName">Under which a browser saves it; null shows it in place.</param>
public sealed record FileLink(ObjectKey Key, DateTimeOffset ExpiresAt, string? FileName, string ContentType);

/// <summary>Links to objects of a store that has no address of its own: whoever has one sees that object until it expires, and nothing else.</summary>
public sealed class FileLinks(DataKeys keys, TimeProvider clock)
{
    private const string Purpose = "file-links v1";
    private const int MaxToken = 2048;

    /// <summary>The last part of <c>/api/files/{token}</c>.</summary>
    public string Sign(ObjectKey key, TimeSpan lifetime, string? fileName, string contentType)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(contentType);
        if (contentType.Contains('\n', StringComparison.Ordinal) || fileName?.Contains('\n', StringComparison.Ordinal) is true || fileName?.Length > 255)
        {
            throw new StorageException(StorageException.PresignFailed, StorageFault.Key, "The name or the type of the file cannot be in a link.");
        }

        var expires = (clock.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{expires}\n{key.Text}\n{contentType}\n{fileName}")));
        return $"{payload}.{keys.Sign(Purpose, payload)}";
    }

    /// <summary>Null for a token that is none, was changed, was signed under another key, or has expired: whoever asks is told no difference.</summary>
    public FileLink? Read(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length > MaxToken || token.Split('.', 2) is not [var payload, var signature] || !keys.IsSigned(Purpose, payload, signature)
            || Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload)).Split('\n') is not [var expires, var key, var type, var name])
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(expires, CultureInfo.InvariantCulture));
        // What we signed has our shape; its tenant stands where the shape says.
        return at > clock.GetUtcNow()
            ? new FileLink(ObjectKey.Parse(key, Guid.ParseExact(key.AsSpan("tenants/".Length, 36), "D")), at, name.Length == 0 ? null : name, type)
            : null;
    }
}
