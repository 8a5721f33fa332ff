using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults.Logging;

internal static class LogFormat
{
    /// <summary>Lines of JSON where a program reads them, which in a container one does; else text for people.</summary>
    /// <exception cref="SettingsException"><c>LOG_FORMAT</c> is something else.</exception>
    public static void AddLogFormat(this IHostApplicationBuilder builder)
    {
        var isJson = builder.Configuration["LOG_FORMAT"] switch
        {
            null or "" => Machine.IsContainer(builder.Configuration),
            "json" => true,
            "text" => false,
            _ => throw new SettingsException(["LOG_FORMAT must be text or json."]),
        };
        if (!isJson)
        {
            return;
        }

        builder.Services.AddSingleton(new ServiceName(
            builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : builder.Environment.ApplicationName.ToLowerInvariant().Replace('.', '-')));
        builder.Logging.AddConsole(console => console.FormatterName = JsonLines.FormatName);
        builder.Logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
    }
}
