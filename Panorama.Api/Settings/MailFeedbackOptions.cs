using System.Text;

namespace Panorama.Api.Settings;

/// <summary>The word by which a mail provider shows that it is the one.</summary>
internal sealed class MailFeedbackOptions : ICheckedOptions
{
    private const int MinBytes = 32;

    [ConfigurationKeyName("MAIL_FEEDBACK_SECRET")]
    public string? Secret { get; set; }

    /// <summary>Without a secret nobody may report.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Secret);

    public IEnumerable<string> Problems() =>
        IsOn && Encoding.UTF8.GetByteCount(Secret!) < MinBytes ? [$"MAIL_FEEDBACK_SECRET must have at least {MinBytes} bytes."] : [];
}
