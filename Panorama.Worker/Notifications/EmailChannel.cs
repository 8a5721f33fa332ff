using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Panorama.Core.Notifications;

namespace Panorama.Worker.Notifications;

/// <summary>What deliveries of one claim have in common: whom they are for, and the names in them.</summary>
internal sealed record DeliveryFacts(IReadOnlyDictionary<(Guid Tenant, Guid User), MailRecipient> Recipients, NotificationFacts Names);

/// <summary>A way by which people are told outside of the database.</summary>
internal interface IDeliveryChannel
{
    /// <summary>The channel of its deliveries.</summary>
    string Name { get; }

    /// <summary>One delivery, or all of a person's daily mail. Whatever happens is a result; nothing is thrown but for a stop.</summary>
    Task<IReadOnlyList<DeliveryResult>> DeliverAsync(IReadOnlyList<ClaimedDelivery> group, DeliveryFacts facts, CancellationToken cancellationToken);

    /// <summary>Called when there is nothing to do.</summary>
    Task RestAsync(CancellationToken cancellationToken);
}

internal sealed partial class EmailChannel(MailComposer composer, IMailTransport transport, EventRegistry registry, TimeProvider clock) : IDeliveryChannel
{
    /// <summary>A mail that takes longer has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int LongestError = 300;

    // The mailbox does not exist, cannot exist, or is closed (RFC 5321, 4.2.3; RFC 3463, X.1).
    private static readonly SmtpStatusCode[] NoMailbox = [SmtpStatusCode.MailboxUnavailable, SmtpStatusCode.UserNotLocalTryAlternatePath, SmtpStatusCode.MailboxNameNotAllowed];

    public string Name => Channels.Email;

    public Task RestAsync(CancellationToken cancellationToken) => transport.RestAsync(cancellationToken);

    public async Task<IReadOnlyList<DeliveryResult>> DeliverAsync(IReadOnlyList<ClaimedDelivery> group, DeliveryFacts facts, CancellationToken cancellationToken)
    {
        var first = group[0];
        if (!Guid.TryParse(first.RecipientKey, out var user) || !facts.Recipients.TryGetValue((first.TenantId, user), out var recipient) || recipient.Email is null)
        {
            return All(group, d => new DeliveryResult(d, DeliveryResult.NoAddress));
        }

        var isMandatory = group.Any(d => registry.TryFind(d.EventType, out var definition) && definition.IsMandatory);
        if (recipient.Suppression is { } reason && !(isMandatory && reason == "unsubscribed"))
        {
            return All(group, d => new DeliveryResult(d, DeliveryResult.Suppressed, Cause: reason));
        }

        var now = clock.GetUtcNow();
        if (!isMandatory && first.DigestAt is null && recipient.Clock.AfterQuiet(now) is var after && after > now)
        {
            return All(group, d => new DeliveryResult(d, DeliveryResult.Later, Cut(after)));
        }

        if (!MailRecipients.IsAddress(recipient.Email))
        {
            return All(group, d => new DeliveryResult(d, DeliveryResult.Dead, Cause: DeliveryCauses.AddressRejected));
        }

        var ordered = group.OrderBy(d => d.EventAt).ThenBy(d => d.EventId).ToList();
        var notices = ordered.Select(d => NotificationTexts.Render(registry, d.Source, facts.Names, recipient.Language, recipient.Clock.Zone)).OfType<RenderedNotice>().ToList();
        if (notices.Count == 0)
        {
            return All(group, d => new DeliveryResult(d, DeliveryResult.NothingToTell));
        }

        var key = first.DigestAt is { } digest
            ? string.Create(CultureInfo.InvariantCulture, $"digest|{first.TenantId}|{user}|{digest.UtcDateTime:O}")
            : $"{first.EventId}|{Name}|{first.RecipientKey}";
        return await SendAsync(group, recipient, new MailContent(key, notices, first.DigestAt is not null, !isMandatory), cancellationToken);
    }

    private async Task<IReadOnlyList<DeliveryResult>> SendAsync(
        IReadOnlyList<ClaimedDelivery> group, MailRecipient recipient, MailContent content, CancellationToken cancellationToken)
    {
        using var message = composer.Compose(recipient, content);
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await transport.SendAsync(message, either.Token);
            return All(group, d => new DeliveryResult(d, DeliveryResult.Sent, MessageId: message.MessageId));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Again(group, DeliveryCauses.TimedOut, null);
        }
        catch (SmtpCommandException exception) when ((int)exception.StatusCode >= 500 && exception.ErrorCode != SmtpErrorCode.SenderNotAccepted)
        {
            // A sender that the relay refuses is a setting of ours, and somebody can mend it within the day.
            var isHard = exception.ErrorCode == SmtpErrorCode.RecipientNotAccepted && NoMailbox.Contains(exception.StatusCode) && !Policy().IsMatch(exception.Message);
            var error = Error(exception);
            return All(group, d => new DeliveryResult(
                d, DeliveryResult.Dead, Cause: isHard ? DeliveryCauses.HardBounce : DeliveryCauses.Refused, Error: error, MessageId: message.MessageId, Suppress: isHard ? recipient.Email : null));
        }
        catch (SmtpCommandException exception)
        {
            return Again(group, exception.ErrorCode == SmtpErrorCode.SenderNotAccepted ? DeliveryCauses.SenderRefused : DeliveryCauses.Deferred, Error(exception));
        }
        catch (Exception exception) when (exception is AuthenticationException or SaslException)
        {
            return Again(group, DeliveryCauses.Authentication, exception.GetType().Name);
        }
        catch (Exception exception) when (exception is SslHandshakeException or NotSupportedException)
        {
            return Again(group, DeliveryCauses.Tls, exception.GetType().Name);
        }
        catch (Exception exception) when (exception is ProtocolException or IOException or SocketException or UnauthorizedAccessException or TimeoutException)
        {
            return Again(group, exception is SocketException ? DeliveryCauses.Unreachable : DeliveryCauses.Interrupted, exception.GetType().Name);
        }
    }

    private List<DeliveryResult> Again(IReadOnlyList<ClaimedDelivery> group, string cause, string? error)
    {
        var now = clock.GetUtcNow();
        if (group.All(d => now - d.FirstAttemptAt >= Retries.GiveUpAfter))
        {
            return All(group, d => new DeliveryResult(d, DeliveryResult.Dead, Cause: cause, Error: error));
        }

        // One time for all of a daily mail: it is one mail the next time as well.
        var next = Cut(now + Retries.After(group.Max(d => d.Attempts), RandomNumberGenerator.GetInt32(1000) / 1000d));
        return All(group, d => new DeliveryResult(d, DeliveryResult.Retry, next, cause, error));
    }

    private static string Error(SmtpCommandException exception)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{(int)exception.StatusCode} {AddressInText().Replace(exception.Message, "…")}");
        return text.Length <= LongestError ? text : text[..LongestError];
    }

    private static List<DeliveryResult> All(IReadOnlyList<ClaimedDelivery> group, Func<ClaimedDelivery, DeliveryResult> result) => [.. group.Select(result)];

    private static DateTimeOffset Cut(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond));

    // 5.7.x: not this mail, or not from here; the mailbox is there.
    [GeneratedRegex(@"\b5\.7\.\d{1,3}\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Policy();

    [GeneratedRegex(@"[^\s<>]+@[^\s<>]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AddressInText();
}
