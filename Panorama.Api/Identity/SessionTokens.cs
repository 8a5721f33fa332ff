using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Panorama.Api.Settings;
using Panorama.Core.Identity;

namespace Panorama.Api.Identity;

/// <summary>What the database keeps of a session's token: its HMAC under SESSION_SECRET.</summary>
internal sealed class SessionTokens(IOptions<SignInOptions> options)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.Secret!);
    private readonly byte[]? _previous = string.IsNullOrEmpty(options.Value.SecretPrevious) ? null : Encoding.UTF8.GetBytes(options.Value.SecretPrevious);

    public byte[] Hash(byte[] token) => HMACSHA256.HashData(_key, token);

    /// <summary>Under the secret before the rotation; null when there is none.</summary>
    public byte[]? HashPrevious(byte[] token) => _previous is null ? null : HMACSHA256.HashData(_previous, token);

    /// <summary>A key for limits that does not show whose account it is.</summary>
    public string LimitKey(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"limit:{text}")).AsSpan(0, 16));

    public byte[]? HashOf(string? cookie) => SecretToken.Parse(cookie) is { } token ? Hash(token) : null;
}
