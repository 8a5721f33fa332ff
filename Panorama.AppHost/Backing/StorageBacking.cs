using Panorama.AppHost.Running;

namespace Panorama.AppHost.Backing;

/// <summary>Where photos and files go while the system runs on this machine: what the settings name, or a folder among a local system's data.</summary>
internal static class StorageBacking
{
    private static readonly string[] Settings =
    [
        "STORAGE_DRIVER", "STORAGE_DIRECTORY", "S3_ENDPOINT", "S3_REGION", "S3_BUCKET_PHOTOS", "S3_FORCE_PATH_STYLE", "S3_SERVER_SIDE_ENCRYPTION",
        "S3_SIGNED_URL_TTL_SECONDS", "S3_PUBLIC_ENDPOINT", "S3_ENDPOINT_ALLOWED_HOSTS", "PHOTO_DELIVERY",
    ];

    private static readonly string[] Secrets = ["S3_ACCESS_KEY", "S3_SECRET_KEY"];

    public static void Add(
        IDistributedApplicationBuilder builder, StartOptions options, StateFolder? state, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> worker)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        var given = Settings.Where(name => builder.Configuration[name] is { Length: > 0 }).ToList();
        var secrets = Secrets.Where(name => builder.Configuration[name] is { Length: > 0 })
            .Select(name => (name, builder.AddParameter(Parameter(name), () => builder.Configuration[name]!, publishValueAsDefault: false, secret: true))).ToList();
        foreach (var process in new[] { api, worker })
        {
            given.ForEach(name => process.WithEnvironment(name, builder.Configuration[name]));
            secrets.ForEach(secret => process.WithEnvironment(secret.name, secret.Item2));
            if (options.Backing is BackingKind.Local && given.Count + secrets.Count == 0)
            {
                process.WithEnvironment("STORAGE_DIRECTORY", Path.Combine(state!.Path, "objects"));
            }
        }
    }

#pragma warning disable CA1308 // names of parameters are lower case
    private static string Parameter(string name) => name.ToLowerInvariant().Replace('_', '-');
#pragma warning restore CA1308
}
