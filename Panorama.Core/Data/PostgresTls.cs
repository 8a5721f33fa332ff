using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Panorama.Core.Data;

/// <summary>
/// The rule of every process for the way to PostgreSQL: outside loopback and private networks the server's certificate is verified, since a password and
/// every row pass there.
/// </summary>
public static class PostgresTls
{
    /// <summary>What is wrong with a connection in production; null when nothing is.</summary>
    /// <param name="name">Of the setting, as it begins the sentence.</param>
    /// <param name="connectionString">In Npgsql's form; one that cannot be read is somebody else's to refuse.</param>
    public static string? Problem(string name, string connectionString)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException)
        {
            return null;
        }

        return builder.SslMode == SslMode.VerifyFull || (builder.Host ?? "").Split(',').All(IsPrivate) ? null
            : $"{name} must say SSL Mode=VerifyFull outside loopback and private networks, unless ALLOW_INSECURE_POSTGRES_TLS=true.";
    }

    /// <summary>Whether a host, with or without a port, is this machine or of a private network.</summary>
    public static bool IsPrivate(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = HostOf(host.Trim());
        if (!IPAddress.TryParse(name, out var address))
        {
            // A name without a dot is a service of the same compose file; a path is a socket.
            return name.StartsWith('/') || name.StartsWith('@') || !name.Contains('.', StringComparison.Ordinal)
                || name.EndsWith(".internal", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = address.GetAddressBytes();
        return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
            || (address.AddressFamily == AddressFamily.InterNetwork
                && (bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168)));
    }

    // An IPv6 address has colons of its own: [2001:db8::1]:5432, or bare and then without a port.
    private static string HostOf(string host) =>
        host.StartsWith('[') && host.IndexOf(']', StringComparison.Ordinal) is var end and > 0 ? host[1..end]
        : host.Count(c => c == ':') == 1 && !host.StartsWith('/') ? host.Split(':')[0] : host;
}
