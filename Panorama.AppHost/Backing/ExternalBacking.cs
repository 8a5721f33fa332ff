using Microsoft.Extensions.Configuration;
using Panorama.AppHost.Running;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.AppHost.Backing;

/// <summary>PostgreSQL and Redis that run elsewhere.</summary>
internal static class ExternalBacking
{
    private static readonly string[] NeededConnections = ["panorama", "panorama_auth", "panorama_privileged", "panorama_migrator", "redis"];

    private static readonly string[] NeededSecrets = ["SESSION_SECRET", "DATA_KEY", "AUDIT_SIGNING_KEY"];

    /// <summary>Settings that may be given as options beside the connection strings.</summary>
    public static readonly IReadOnlyList<string> Settings =
    [
        .. NeededSecrets, "PANORAMA_WEB_BASE_URL", .. SettingNames.Aliases.Keys,
        .. NeededSecrets.Select(s => $"{s}_FILE"), .. SettingNames.Aliases.Keys.Select(s => $"{s}_FILE"),
    ];

    /// <exception cref="StartException">Settings are missing or cannot be used; all of them are named.</exception>
    public static Connections Add(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            Require(builder.Configuration);
        }

        return new Connections(
            builder.AddConnectionString("panorama"),
            builder.AddConnectionString("panorama-auth"),
            builder.AddConnectionString("panorama-privileged"),
            builder.AddConnectionString("panorama-migrator"),
            builder.AddConnectionString("redis"));
    }

    private static void Require(ConfigurationManager configuration)
    {
        try
        {
            configuration.AddPanoramaSettings();
        }
        catch (SettingsException exception)
        {
            throw new StartException(StartException.Settings, exception.Problems);
        }

        var missing = NeededConnections.Where(n => string.IsNullOrWhiteSpace(configuration[$"ConnectionStrings:{n}"])).Select(n => $"ConnectionStrings__{n}")
            .Concat(NeededSecrets.Where(n => string.IsNullOrWhiteSpace(configuration[n]))).ToList();
        if (missing.Count > 0)
        {
            throw new StartException(StartException.Settings, $"Backing=External needs settings that are missing: {string.Join(", ", missing)}.");
        }
    }
}
