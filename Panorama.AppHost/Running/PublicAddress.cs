namespace Panorama.AppHost.Running;

/// <summary>The one public address, which other origins are trusted beside it, and which proxies are believed.</summary>
internal sealed class PublicAddress(object address, object origins, object proxies)
{
    public static PublicAddress Of(IDistributedApplicationBuilder builder, EndpointReference web)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new PublicAddress(
                builder.AddParameter("web-base-url").WithDescription("The one public address, such as https://fleet.example.org: links, trusted origin, the certificate."),
                builder.AddParameter("web-origin", "", publishValueAsDefault: true)
                    .WithDescription("Further trusted origins, comma list; PANORAMA_WEB_BASE_URL is one already."),
                builder.AddParameter("trusted-proxies", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", publishValueAsDefault: true)
                    .WithDescription("Addresses or networks whose X-Forwarded-* is believed, comma list."));
        }

        // A browser that was sent to 127.0.0.1 says so in its Origin.
        var port = web.Property(EndpointProperty.Port);
        return new PublicAddress(
            builder.Configuration["PANORAMA_WEB_BASE_URL"] is { Length: > 0 } given ? given : ReferenceExpression.Create($"http://localhost:{port}"),
            ReferenceExpression.Create($"http://127.0.0.1:{port}"),
            "127.0.0.1,::1");
    }

    public void Give(params IResourceBuilder<ProjectResource>[] projects)
    {
        foreach (var project in projects)
        {
            Set(project, "PANORAMA_WEB_BASE_URL", address);
            if (project.Resource.Name is "api" or "web")
            {
                Set(project, "WEB_ORIGIN", origins);
                Set(project, "TRUSTED_PROXIES", proxies);
            }
        }
    }

    private static void Set(IResourceBuilder<ProjectResource> project, string name, object value) => project.WithEnvironment(context =>
        context.EnvironmentVariables[name] = value is IResourceBuilder<ParameterResource> parameter ? parameter.Resource : value);
}
