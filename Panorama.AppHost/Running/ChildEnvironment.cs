using Panorama.ServiceDefaults.Configuration;

namespace Panorama.AppHost.Running;

/// <summary>What a child finds in its environment: what it was given, and no more.</summary>
internal static class ChildEnvironment
{
    /// <summary>Children inherit the environment of the AppHost; a privileged connection exported in a shell must not reach Web.</summary>
    public static void ForgetSecrets(IDistributedApplicationBuilder builder)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            var plain = name.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase) ? name[..^"_FILE".Length] : name;
            if (name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase) || SettingNames.Secrets.Contains(plain, StringComparer.OrdinalIgnoreCase))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    public static void Plain(IResourceBuilder<ProjectResource> project, bool dashboard)
    {
        // ConnectionStrings__x and services__x__http__0 alone, without X_HOST, X_PASSWORD and so on of each reference.
        project.WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery);
        if (!project.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            project.DisableForwardedHeaders();
            foreach (var https in project.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme == "https").ToArray())
            {
                project.Resource.Annotations.Remove(https);
            }
        }
        else if (dashboard)
        {
            project.WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"); // the dashboard stops first; ten seconds of waiting for it would be too long
        }
        else
        {
            project.WithEnvironment(context =>
            {
                // The address is given although nobody listens there.
                foreach (var name in context.EnvironmentVariables.Keys.Where(n => n.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal)).ToArray())
                {
                    context.EnvironmentVariables.Remove(name);
                }
            });
        }
    }

    /// <summary>A second listener for operators, which other services are not told of.</summary>
    public static IResourceBuilder<ProjectResource> WithManagementPort(this IResourceBuilder<ProjectResource> project) => project
        .WithHttpEndpoint(name: "management", env: "MANAGEMENT_PORT", targetPort: project.ApplicationBuilder.ExecutionContext.IsRunMode ? null : 8090)
        .WithEndpoint("management", endpoint => endpoint.ExcludeReferenceEndpoint = true)
        .WithEndpointsInEnvironment(endpoint => endpoint.Name != "management");
}
