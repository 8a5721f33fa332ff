using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults.Logging;

internal static class LogFormat
{
    /// <summary>Lines of JSON where a program reads them, which in a container one does; else text for people.</summary>
    /// <param name="problems">Gets a sentence when <c>LOG_FORMAT</c> is something else.</param>
    public static void AddLogFormat(this IHostApplicationBuilder builder, List<string> problems)
    {
        var isJson = builder.Configuration["LOG_FORMAT"] switch
        {
            null or "" => Machine.IsContainer(builder.Configuration),
            "json" => true,
            "text" => false,
            _ => Refused(),
        };
        if (!isJson)
        {
            return;
        }

        builder.Services.AddSingleton(new ServiceName(
            builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : builder.Environment.ApplicationName.ToLowerInvariant().Replace('.', '-')));
        builder.Logging.AddConsole(console => console.FormatterName = JsonLines.FormatName);
        builder.Logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();

        bool Refused()
        {
            problems.Add("LOG_FORMAT must be text or json.");
            return false;
        }
    }
}
