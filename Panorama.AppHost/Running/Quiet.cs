using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Panorama.AppHost.Running;

/// <summary>Leaves out of the console what a newcomer would take for trouble.</summary>
internal static class Quiet
{
    public static void Console(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddLogging(logging => logging
                .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
                .AddFilter("Aspire.Hosting.Dcp.DcpHost", LogLevel.Error) // plain http on loopback wants no certificate
                .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None) // what is not up yet does not answer yet
                .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None) // the reporter says it in a sentence
                .AddFilter("Aspire.Hosting.ApplicationModel.ResourceNotificationService", LogLevel.None));
        }
    }
}
