using System.Net;
using System.Net.Sockets;

namespace Panorama.Core.Storage;

/// <summary>
/// Addresses that are no public host's: what an address given from outside must not lead to. Special-purpose ranges of RFC 6890 and its updates, and the
/// forms of IPv6 that carry an IPv4 address, which are judged by what they carry.
/// </summary>
public static class PrivateAddresses
{
    private static readonly IPNetwork[] Blocked =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "64:ff9b:1::/48",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    public static bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            return true;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : Unscoped(address);
        return Array.Exists(Blocked, n => n.Contains(plain)) || (Carried(plain) is { } carried && Contains(carried));
    }

    private static IPAddress Unscoped(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;

    private static IPAddress? Carried(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        if (Compatible.Contains(address) || Translated.Contains(address))
        {
            return new IPAddress(bytes.AsSpan(12));
        }

        if (SixToFour.Contains(address))
        {
            return new IPAddress(bytes.AsSpan(2, 4));
        }

        // The client's address stands at the end with every bit turned over (RFC 4380, section 4).
        return Teredo.Contains(address) ? new IPAddress([.. bytes.Skip(12).Select(b => (byte)~b)]) : null;
    }
}
