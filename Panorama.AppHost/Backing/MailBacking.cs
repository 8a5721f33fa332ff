using Panorama.AppHost.Publishing;
using Panorama.AppHost.Running;

namespace Panorama.AppHost.Backing;

/// <summary>Where mail goes: files in the data folder of a local system, unless a relay is set; the relay that the settings name elsewhere.</summary>
internal static class MailBacking
{
    private const string Password = "SMTP_PASSWORD";

    // With what a published system has unless it is told otherwise. No relay: nobody is told by mail, and the Worker says so.
    private static readonly (string Name, string Default, string Meaning)[] Settings =
    [
        ("SMTP_HOST", "", "The relay that mail goes to. Empty: nobody is told by mail."),
        ("SMTP_PORT", "587", "Its port."),
        ("SMTP_SECURE", "starttls", "starttls, tls (from the first byte) or none."),
        ("SMTP_USER", "", "Name at the relay, with the password in secrets/smtp-password; both or none."),
        (Password, "", "Password at the relay."),
        ("MAIL_FROM", "", "The sender's address; needed with SMTP_HOST."),
        ("MAIL_FROM_NAME", "Panorama", "The sender's name."),
        ("ALLOW_PLAINTEXT_SMTP", "false", "true accepts SMTP_SECURE=none, and every start writes that into the audit chain."),
        ("MAIL_FOLDER", "", "A folder of the Worker that mail is written to instead, for trials."),
    ];

    public static void Add(IDistributedApplicationBuilder builder, StartOptions options, StateFolder? state, IResourceBuilder<ProjectResource> worker)
    {
        foreach (var (name, value, meaning) in Settings)
        {
            if (builder.ExecutionContext.IsPublishMode)
            {
                // Aspire publishes no default of a secret: who deploys without a relay gives it empty.
                worker.WithEnvironment(name, name == Password
                    ? builder.AddParameter(Parameter(name), secret: true).WithDescription(meaning).WithAnnotation(new OptionalAnnotation("if mail is sent with a password"))
                    : builder.AddParameter(Parameter(name), value, publishValueAsDefault: true).WithDescription(meaning));
            }
            else if (name == Password && builder.Configuration[name] is { Length: > 0 } password)
            {
                worker.WithEnvironment(name, builder.AddParameter(Parameter(name), () => password, publishValueAsDefault: false, secret: true));
            }
            else
            {
                worker.WithEnvironment(name, builder.Configuration[name] is { Length: > 0 } given ? given : value);
            }
        }

        if (builder.ExecutionContext.IsRunMode && options.Backing is BackingKind.Local && string.IsNullOrEmpty(builder.Configuration["SMTP_HOST"]))
        {
            worker.WithEnvironment("MAIL_FOLDER", Path.Combine(state!.Path, "mail"));
            worker.WithUrlForEndpoint("management", endpoint => new ResourceUrlAnnotation { Url = "/mail", DisplayText = "Mail", Endpoint = endpoint });
        }
    }

#pragma warning disable CA1308 // names of parameters are lower case
    private static string Parameter(string name) => name.ToLowerInvariant().Replace('_', '-');
#pragma warning restore CA1308
}
