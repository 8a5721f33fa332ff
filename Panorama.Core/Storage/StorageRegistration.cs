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
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            return new GuardedConnections(isTrusted: options.Endpoint is null, options.AllowedHosts);
        });
        services.AddSingleton(Open);
        services.AddSingleton<ObjectStorageWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ObjectStorageWatch>());
        services.AddHealthChecks().AddCheck<ObjectStorageWatch>("storage", tags: ["degraded"]);
        return services;
    }

    private static IObjectStore Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
        var clock = provider.GetRequiredService<TimeProvider>();
        return options.IsS3 ? new S3ObjectStore(options, provider.GetRequiredService<GuardedConnections>(), clock)
            : options.IsFilesystem ? new FileObjectStore(options.Folder!, provider.GetService<DataKeys>() is { } keys ? new FileLinks(keys, clock) : null, clock)
            : new NoObjectStore();
    }
}
