using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults.Management;

/// <summary>The second listener, for operators and monitors, when <c>MANAGEMENT_PORT</c> is set.</summary>
/// <param name="Number">Its port; null when there is none.</param>
public sealed record ManagementPort(int? Number)
{
    /// <summary>Whether a request came in through it. The connection decides; a Host header can be made up.</summary>
    public bool Serves(HttpContext context) => Number is { } number && context.Connection.LocalPort == number;

    /// <param name="problems">Gets a sentence when the value is not a port.</param>
    internal static ManagementPort Read(IConfiguration configuration, List<string> problems)
    {
        if (configuration["MANAGEMENT_PORT"] is not { Length: > 0 } text)
        {
            return new ManagementPort((int?)null);
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536)
        {
            return new ManagementPort(number);
        }

        problems.Add("MANAGEMENT_PORT is not a port between 1 and 65535.");
        return new ManagementPort((int?)null);
    }

    /// <summary>Adds the listener to those that are configured: on loopback, or on every address of a container, whose network is private.</summary>
    internal void Listen(IConfiguration configuration)
    {
        if (Number is not { } number)
        {
            return;
        }

        var host = Machine.IsContainer(configuration) ? "*" : "127.0.0.1";
        var urls = configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } configured ? configured.Split(';', StringSplitOptions.RemoveEmptyEntries)
            : (configuration[WebHostDefaults.HttpPortsKey] is { Length: > 0 } ports ? ports : "8080")
                .Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"http://*:{port}").ToArray();
        configuration[WebHostDefaults.ServerUrlsKey] = string.Join(';', urls.Append($"http://{host}:{number.ToString(CultureInfo.InvariantCulture)}").Distinct());
    }
}

public static class ManagementPortExtensions
{
    /// <summary>The endpoint exists on the management port alone; elsewhere it is 404.</summary>
    public static TBuilder RequireManagementPort<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate;
            endpoint.RequestDelegate = context =>
            {
                if (next is not null && context.RequestServices.GetRequiredService<ManagementPort>().Serves(context))
                {
                    return next(context);
                }

                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });
        return builder;
    }
}
