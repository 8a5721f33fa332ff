using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Panorama.AppHost.Running;

/// <summary>Where Aspire's dashboard listens: on loopback, on three ports in a row or on any three.</summary>
internal static class Dashboard
{
    private static int[]? s_ports;

    /// <summary>Settings of Aspire, which read them as options of the command line.</summary>
    public static IEnumerable<string> Arguments(StartOptions options)
    {
        if (options.Publishing || !options.Dashboard)
        {
            return [];
        }

        s_ports = options.DashboardPort is { } first ? [first, first + 1, first + 2] : Ports.Free(3);
        var addresses = s_ports.Select(port => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}").ToArray();
        return [$"--ASPNETCORE_URLS={addresses[0]}", $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL={addresses[1]}", $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL={addresses[2]}"];
    }

    /// <summary>The address with this run's token, which signs its reader in.</summary>
    public static IEnumerable<(string Name, string Value)> Address(StartOptions options, IConfiguration configuration) =>
        options.Dashboard && s_ports is [var port, ..]
            ? [("Dashboard", $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}{(configuration["AppHost:BrowserToken"] is { } token ? $"/login?t={token}" : "")}")]
            : [];
}
