using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panorama.Core.Identity;

namespace Panorama.Core.Storage;

public static class StorageRegistration
{
    /// <summary>The store that the settings name, looked at when the process starts; without settings nothing is asked of anybody.</summary>
    public static IServiceCollection AddObjectStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Configure(options => options.Read(configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsRules>();
        services.AddSingleton(provider => OpenedStore.Connections(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddSingleton(Open);
        services.AddSingleton<ObjectStorageWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ObjectStorageWatch>());
        services.AddHealthChecks().AddCheck<ObjectStorageWatch>("storage", tags: ["degraded"]);
        return services;
    }

    private static IObjectStore Open(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        return OpenedStore.Choose(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value, provider.GetRequiredService<GuardedConnections>(),
            provider.GetService<DataKeys>() is { } keys ? new FileLinks(keys, clock) : null, clock);
    }
}
