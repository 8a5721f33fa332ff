using Microsoft.Extensions.Configuration;

namespace Panorama.ServiceDefaults.Configuration;

internal static class Machine
{
    /// <summary>.NET's images say so.</summary>
    public static bool IsContainer(IConfiguration configuration) =>
        configuration.GetValue<bool>("DOTNET_RUNNING_IN_CONTAINER") || Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true";
}
