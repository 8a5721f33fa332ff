using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults;

/// <summary>Logs, once, the settings that nobody reads.</summary>
internal sealed partial class SettingWarnings(IConfiguration configuration, ILogger<SettingWarnings> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in SettingNames.Warnings(configuration.GetChildren().Select(c => c.Key)).Concat(SettingNames.QuotedWarnings(name => configuration[name])))
        {
            LogWarning(logger, warning);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(9002, LogLevel.Warning, "{Sentence}")]
    private static partial void LogWarning(ILogger logger, string sentence);
}
