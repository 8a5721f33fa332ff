using Microsoft.Extensions.Configuration;
using Panorama.AppHost.Publishing;

namespace Panorama.AppHost.Backing;

/// <summary>
/// Where photos and files go: what the settings name; without any, a folder among the data of a system on this machine, and nowhere in a published one, whose
/// target knows what stays when a container is replaced.
/// </summary>
internal static class StorageBacking
{
    /// <summary>The setting that a target with a volume of its own fills in.</summary>
    public const string Folder = "STORAGE_DIRECTORY";

    private const string When = "if photos and files are kept in an object store";

    private static readonly (string Name, string Default, string Meaning)[] Settings =
    [
        ("STORAGE_DRIVER", "", "s3 or filesystem; empty: s3 where one of its settings is given, else the folder."),
        (Folder, "", "Folder of photos and files, the same for Api and Worker, on a volume that outlives them."),
        ("S3_ENDPOINT", "", "Address of an object store, such as https://ACCOUNT.r2.cloudflarestorage.com; empty is Amazon's for the region."),
        ("S3_PUBLIC_ENDPOINT", "", "The store as browsers reach it, for signed links; empty is the same."),
        ("S3_REGION", "us-east-1", "Its region; auto for R2."),
        ("S3_BUCKET_PHOTOS", "", "Its bucket; with it, or any other of its settings, the store is used in place of the folder."),
        ("S3_ACCESS_KEY", "", "The key's name at the object store."),
        ("S3_SECRET_KEY", "", "The key at the object store."),
        ("S3_FORCE_PATH_STYLE", "false", "true where buckets have no host name of their own."),
        ("S3_SERVER_SIDE_ENCRYPTION", "auto", "auto or off."),
        ("S3_SIGNED_URL_TTL_SECONDS", "300", "How long a signed link shows its object."),
        ("S3_ENDPOINT_ALLOWED_HOSTS", "", "Hosts of a store in a private network, comma list; others there are refused."),
        ("PHOTO_DELIVERY", "proxy", "proxy (through the Api) or redirect (to a signed link)."),
    ];

    // What Web has to know of the store: the host from which a browser gets pictures when the Api sends it there.
    private static readonly string[] ForPages = ["STORAGE_DRIVER", "S3_ENDPOINT", "S3_PUBLIC_ENDPOINT", "S3_REGION", "S3_BUCKET_PHOTOS", "PHOTO_DELIVERY"];

    /// <summary>Whether a variable says where photos and files lie.</summary>
    public static bool IsStore(string name) => name.StartsWith("S3_", StringComparison.Ordinal) || name is Folder or "STORAGE_DRIVER";

    public static void Add(
        IDistributedApplicationBuilder builder, StateFolder? state, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> worker,
        IResourceBuilder<ProjectResource> web)
    {
        IResourceBuilder<ProjectResource>[] processes = [api, worker];
        var isPublished = builder.ExecutionContext.IsPublishMode;
        var given = Settings.Where(s => isPublished || builder.Configuration[s.Name] is { Length: > 0 }).ToList();
        foreach (var (name, otherwise, meaning) in given)
        {
            var isSecret = name is "S3_ACCESS_KEY" or "S3_SECRET_KEY";
            var parameter = !isPublished
                ? builder.AddParameter(Parameter(name), () => builder.Configuration[name]!, publishValueAsDefault: false, secret: isSecret)
                // Aspire publishes no default of a secret: who deploys without a store gives it empty.
                : isSecret ? builder.AddParameter(Parameter(name), secret: true).WithDescription(meaning).WithAnnotation(new OptionalAnnotation(When))
                : builder.AddParameter(Parameter(name), otherwise, publishValueAsDefault: true).WithDescription(meaning);
            foreach (var process in ForPages.Contains(name) ? [.. processes, web] : processes)
            {
                process.WithEnvironment(name, parameter);
            }
        }

        if (given.Count == 0 && state is not null)
        {
            foreach (var process in processes)
            {
                process.WithEnvironment(Folder, Objects(state));
            }
        }
    }

    /// <summary>The same for the command line of a running system.</summary>
    public static IEnumerable<(string Name, string Value)> Local(IConfiguration configuration, StateFolder state)
    {
        var given = Settings.Where(s => configuration[s.Name] is { Length: > 0 }).Select(s => (s.Name, configuration[s.Name]!)).ToList();
        return given.Count > 0 ? given : [(Folder, Objects(state))];
    }

    private static string Objects(StateFolder state) => Path.Combine(state.Path, "objects");

#pragma warning disable CA1308 // names of parameters are lower case
    private static string Parameter(string name) => name.ToLowerInvariant().Replace('_', '-');
#pragma warning restore CA1308
}
