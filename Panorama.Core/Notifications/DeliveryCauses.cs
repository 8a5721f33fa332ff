namespace Panorama.Core.Notifications;

/// <summary>Why a message was not told, as stable codes: in dead letters, their history and the audit log. A code is never renamed or reused.</summary>
public static class DeliveryCauses
{
    /// <summary>The relay says that there is no such mailbox; the address is suppressed.</summary>
    public const string HardBounce = "hard_bounce";

    /// <summary>The relay refused this mail for good.</summary>
    public const string Refused = "smtp_refused";

    /// <summary>The relay puts it off: 4xx.</summary>
    public const string Deferred = "smtp_deferred";

    /// <summary>The relay does not take <c>MAIL_FROM</c>.</summary>
    public const string SenderRefused = "smtp_sender_refused";
    public const string TimedOut = "smtp_timeout";
    public const string Authentication = "smtp_authentication";
    public const string Tls = "smtp_tls";
    public const string Unreachable = "smtp_unreachable";
    public const string Interrupted = "smtp_interrupted";

    /// <summary>What stands for an address is none.</summary>
    public const string AddressRejected = "email_recipient_rejected";

    /// <summary>A fault of ours; the Worker's log has it.</summary>
    public const string Failed = "delivery_failed";

    /// <summary>The Worker that had it gave no sign of life.</summary>
    public const string LeaseExpired = "lease_expired";

    /// <summary>Enqueued by a version that knows a kind of event which this one does not.</summary>
    public const string UnknownEvent = "unknown_event_type";
    public const string MalformedPayload = "payload_schema_failed";

    public static IReadOnlyList<string> All { get; } =
    [
        HardBounce, Refused, Deferred, SenderRefused, TimedOut, Authentication, Tls, Unreachable, Interrupted, AddressRejected, Failed, LeaseExpired, UnknownEvent, MalformedPayload,
    ];
}
