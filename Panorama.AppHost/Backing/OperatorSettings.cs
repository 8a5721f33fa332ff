namespace Panorama.AppHost.Backing;

/// <summary>Settings that an operator chooses and that say nothing of where things are.</summary>
internal static class OperatorSettings
{
    // Local: what holds where the demo fleet is, since it shows all there is; null is the default.
    private static readonly (string Name, string Default, string? Local, string Readers, string Meaning)[] Settings =
    [
        ("PANORAMA_STAGE", "", null, "api worker web", "staging asks search engines to stay away and marks every page and mail."),
        ("LOG_LEVEL", "info", null, "api worker web", "trace, debug, info, warn, error, critical or none."),
        ("PHOTO_RATE_USER_HOUR", "120", null, "api", "Photos and documents that one person may upload in any hour."),
        ("PHOTO_RATE_TENANT_HOUR", "1000", null, "api", "The same for all members of an organisation together."),
        ("FEATURE_INSPECTIONS", "false", "true", "api worker", "Inspections are offered; each organisation has its own switch as well."),
        ("FEATURE_MAINTENANCE", "false", null, "api", "Maintenance is offered; each organisation has its own switch as well."),
    ];

    public static void Add(IDistributedApplicationBuilder builder, params IResourceBuilder<ProjectResource>[] services)
    {
        foreach (var (name, otherwise, local, readers, meaning) in Settings)
        {
#pragma warning disable CA1308 // names of parameters are lower case
            var parameter = builder.ExecutionContext.IsPublishMode
                ? builder.AddParameter(name.ToLowerInvariant().Replace('_', '-'), otherwise, publishValueAsDefault: true).WithDescription(meaning)
                : null;
#pragma warning restore CA1308
            foreach (var service in services.Where(s => readers.Split(' ').Contains(s.Resource.Name)))
            {
                _ = parameter is null
                    ? service.WithEnvironment(name, builder.Configuration[name] is { Length: > 0 } given ? given : local ?? otherwise)
                    : service.WithEnvironment(name, parameter);
            }
        }
    }
}
