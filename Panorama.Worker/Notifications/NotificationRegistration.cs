using Microsoft.Extensions.Options;
using Panorama.Core.Notifications;

namespace Panorama.Worker.Notifications;

internal static class NotificationRegistration
{
    public static void AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        void Read(MailOptions options)
        {
            options.IsDispatching = configuration["FEATURE_NOTIFICATION_BUS"];
            options.Host = configuration["SMTP_HOST"];
            options.Port = configuration["SMTP_PORT"];
            options.Secure = configuration["SMTP_SECURE"];
            options.User = configuration["SMTP_USER"];
            options.Password = configuration["SMTP_PASSWORD"];
            options.From = configuration["MAIL_FROM"];
            options.FromName = configuration["MAIL_FROM_NAME"];
            options.Folder = configuration["MAIL_FOLDER"];
            options.AllowPlaintext = configuration["ALLOW_PLAINTEXT_SMTP"];
            options.Stage = configuration["PANORAMA_STAGE"];
            options.WebBaseUrl = (configuration["PANORAMA_WEB_BASE_URL"] is { Length: > 0 } url ? url : options.WebBaseUrl).TrimEnd('/');
        }

        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsRules>();
        services.AddOptions<MailOptions>().Configure(Read).ValidateOnStart();
        var mail = new MailOptions();
        Read(mail);
        services.AddSingleton(EventRegistry.Shipped);
        services.AddSingleton<DispatcherState>();
        services.AddSingleton<NotificationMetrics>();
        services.AddSingleton<MailComposer>();
        if (mail.HasMail)
        {
            if (mail.HasFolder)
            {
                services.AddSingleton<IMailTransport, FolderTransport>();
            }
            else
            {
                services.AddSingleton<IMailTransport, SmtpTransport>();
            }

            services.AddSingleton<IDeliveryChannel, EmailChannel>();
        }

        services.AddHostedService<Dispatcher>();
    }
}
