using Microsoft.Extensions.Options;
using MimeKit;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Worker.Notifications;

/// <summary>How mail leaves, and whether messages are told at all.</summary>
internal sealed class MailOptions
{
    /// <summary><c>FEATURE_NOTIFICATION_BUS</c>: no leaves messages waiting; null stands for yes.</summary>
    public string? IsDispatching { get; set; }

    /// <summary><c>SMTP_HOST</c>; without it and without a folder nobody is told by mail.</summary>
    public string? Host { get; set; }

    /// <summary><c>SMTP_PORT</c>.</summary>
    public string? Port { get; set; }

    /// <summary><c>SMTP_SECURE</c>: <c>starttls</c>, <c>tls</c> or <c>none</c>.</summary>
    public string? Secure { get; set; }

    public string? User { get; set; }
    public string? Password { get; set; }

    /// <summary><c>MAIL_FROM</c>.</summary>
    public string? From { get; set; }

    /// <summary><c>MAIL_FROM_NAME</c>.</summary>
    public string? FromName { get; set; }

    /// <summary><c>MAIL_FOLDER</c>: mail is written there as files and nothing leaves the machine.</summary>
    public string? Folder { get; set; }

    /// <summary><c>ALLOW_PLAINTEXT_SMTP</c>.</summary>
    public string? AllowPlaintext { get; set; }

    /// <summary><c>PANORAMA_WEB_BASE_URL</c>, without a slash at its end.</summary>
    public string WebBaseUrl { get; set; } = "http://localhost:5080";

    /// <summary><c>PANORAMA_STAGE</c>.</summary>
    public string? Stage { get; set; }

    public bool HasFolder => !string.IsNullOrEmpty(Folder);

    public bool HasMail => HasFolder || !string.IsNullOrEmpty(Host);

    /// <summary>Mail and password leave readable by whoever is between.</summary>
    public bool IsPlaintext => !HasFolder && !string.IsNullOrEmpty(Host) && Secure == "none";

    public int SmtpPort => string.IsNullOrEmpty(Port) ? 587 : int.Parse(Port, System.Globalization.CultureInfo.InvariantCulture);

    public MailboxAddress Sender => new(Name(FromName), string.IsNullOrEmpty(From) ? "panorama@localhost" : From);

    private static string Name(string? name) => string.IsNullOrWhiteSpace(name) ? "Panorama" : name;
}

internal sealed class MailOptionsRules(IHostEnvironment environment) : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        List<string> problems = [.. Problems(options)];
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(MailOptions options)
    {
        foreach (var (key, text) in new[] { ("FEATURE_NOTIFICATION_BUS", options.IsDispatching), ("ALLOW_PLAINTEXT_SMTP", options.AllowPlaintext) })
        {
            if (text is not null && Flags.Read(text) is null)
            {
                yield return $"{key} must be true, false, 1, 0, yes or no.";
            }
        }

        if (!string.IsNullOrEmpty(options.Host) && Uri.CheckHostName(options.Host.Trim('[', ']')) is UriHostNameType.Unknown)
        {
            yield return "SMTP_HOST must be a name or an address alone; the port belongs into SMTP_PORT, how to encrypt into SMTP_SECURE.";
        }

        if (!string.IsNullOrEmpty(options.Port) && !(ushort.TryParse(options.Port, out var port) && port > 0))
        {
            yield return "SMTP_PORT must be a number from 1 to 65535.";
        }

        if (options.Secure is not (null or "" or "starttls" or "tls" or "none"))
        {
            yield return "SMTP_SECURE must be starttls, tls or none.";
        }

        if (string.IsNullOrEmpty(options.User) != string.IsNullOrEmpty(options.Password))
        {
            yield return "SMTP_USER and SMTP_PASSWORD are set both or not at all.";
        }

        if (!string.IsNullOrEmpty(options.From) && !Core.Notifications.MailRecipients.IsAddress(options.From))
        {
            yield return "MAIL_FROM must be the address of one mailbox.";
        }

        if (!Uri.TryCreate(options.WebBaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return "PANORAMA_WEB_BASE_URL must be an address that begins with http:// or https://.";
        }

        if (options.Stage is not (null or "" or "staging"))
        {
            yield return "PANORAMA_STAGE must be left out or staging.";
        }

        if (options.HasFolder && FolderProblem(options.Folder!) is { } folder)
        {
            yield return folder;
        }

        if (!string.IsNullOrEmpty(options.Host) && environment.IsProduction())
        {
            if (string.IsNullOrEmpty(options.From))
            {
                yield return "MAIL_FROM is not set; mail needs a sender that the relay accepts.";
            }

            if (options.Secure == "none" && Flags.Read(options.AllowPlaintext) is not true)
            {
                yield return "SMTP_SECURE=none sends mail and password in plain text; ALLOW_PLAINTEXT_SMTP=true accepts that.";
            }
        }
    }

    // Now, and not when the first mail is written.
    private static string? FolderProblem(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = File.Create(Path.Combine(folder, $".panorama-{Environment.ProcessId}"), 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"MAIL_FOLDER names {folder}, where user {ProcessOwner.Id} may not write. {ProcessOwner.Mend(folder, recursive: true)}.";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            return $"MAIL_FOLDER names {folder}, where nothing can be written: {exception.Message.TrimEnd('.')}.";
        }
    }
}
