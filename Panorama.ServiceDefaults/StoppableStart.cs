using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Panorama.ServiceDefaults;

/// <summary>A start that may be asked to stop.</summary>
public static class StoppableStart
{
    /// <summary>
    /// Runs until it is asked to stop. Asked while it still starts, it stops what began already in good order: the host by itself would throw and
    /// leave its work where it stands.
    /// </summary>
    public static async Task RunToTheEndAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await app.StopAsync();
            return;
        }

        await app.WaitForShutdownAsync();
    }
}
