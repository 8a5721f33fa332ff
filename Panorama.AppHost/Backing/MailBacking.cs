using Panorama.AppHost.Running;

namespace Panorama.AppHost.Backing;

/// <summary>Where mail goes: files in the data folder of a local system, unless a relay is set; the relay that the settings name elsewhere.</summary>
internal static class MailBacking
{
    private static readonly string[] Settings =
        ["SMTP_HOST", "SMTP_PORT", "SMTP_SECURE", "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM", "MAIL_FROM_NAME", "ALLOW_PLAINTEXT_SMTP"];

    public static void Add(IDistributedApplicationBuilder builder, StartOptions options, StateFolder? state, IResourceBuilder<ProjectResource> worker)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        foreach (var name in Settings)
        {
            if (builder.Configuration[name] is { Length: > 0 } value)
            {
                worker.WithEnvironment(name, value);
            }
        }

        if (options.Backing is BackingKind.Local && string.IsNullOrEmpty(builder.Configuration["SMTP_HOST"]))
        {
            worker.WithEnvironment("MAIL_FOLDER", Path.Combine(state!.Path, "mail"));
            worker.WithUrlForEndpoint("management", endpoint => new ResourceUrlAnnotation { Url = "/mail", DisplayText = "Mail", Endpoint = endpoint });
        }
    }
}
