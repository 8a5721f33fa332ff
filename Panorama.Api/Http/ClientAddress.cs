using System.Net;
using System.Net.Sockets;

namespace Panorama.Api.Http;

/// <summary>The browser's address: the connection's, or what a trusted proxy says it is (the forwarded headers ran before).</summary>
internal static class ClientAddress
{
    private const int PrefixBytesV6 = 8;

    public static string Of(HttpContext context) => Plain(context.Connection.RemoteIpAddress)?.ToString() ?? "unknown";

    /// <summary>What limits count by: an IPv6 site has 2^64 addresses to try from, so its /64 counts as one.</summary>
    public static string LimitKey(HttpContext context)
    {
        if (Plain(context.Connection.RemoteIpAddress) is not { } address)
        {
            return "unknown";
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, PrefixBytesV6))
            : address.ToString();
    }

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
