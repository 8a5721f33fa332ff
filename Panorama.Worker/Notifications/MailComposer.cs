using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;
using Panorama.Core.Notifications;

namespace Panorama.Worker.Notifications;

/// <summary>What a mail says: one notice, or those of a day.</summary>
/// <param name="Key">The same for the same mail: names it to whoever gets it twice.</param>
/// <param name="CanBeEnded">Whether the person may have no more of its kind.</param>
internal sealed record MailContent(string Key, IReadOnlyList<RenderedNotice> Notices, bool IsDigest, bool CanBeEnded);

/// <summary>Writes mails. Text and HTML come from the same parts.</summary>
internal sealed class MailComposer(IOptions<MailOptions> options, TimeProvider clock)
{
    private sealed record Phrases(string Hello, string Open, string Why, string Choose, string One, string Other, string OfToday);

    private readonly MailOptions _options = options.Value;

    public MimeMessage Compose(MailRecipient recipient, MailContent content)
    {
        var phrases = PhrasesOf(recipient.Language);
        var sender = _options.Sender;
        var title = content.IsDigest ? $"{NotificationTexts.Count(content.Notices.Count, recipient.Language, phrases.One, phrases.Other)} {phrases.OfToday}" : content.Notices[0].Title;
        var message = new MimeMessage
        {
            Subject = OneLine($"{(_options.Stage == "staging" ? "[staging] " : "")}[{recipient.TenantName}] {title}"),
            MessageId = MessageId(content.Key, sender),
            Date = clock.GetUtcNow(),
            Body = new BodyBuilder { TextBody = Text(recipient, content, phrases), HtmlBody = Html(recipient, content, phrases) }.ToMessageBody(),
        };
        message.From.Add(new MailboxAddress(OneLine(sender.Name), sender.Address));
        message.To.Add(new MailboxAddress(OneLine(recipient.DisplayName), recipient.Email!));
        message.Prepare(EncodingConstraint.SevenBit); // what any server takes, and files alike
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, recipient.Language);
        if (content.CanBeEnded)
        {
            // RFC 8058: the mail program ends it by one POST, nobody signs in.
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{_options.WebBaseUrl}/api/notifications/unsubscribe/{recipient.UnsubscribeToken}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        return message;
    }

    /// <summary>A second try carries the id of the first.</summary>
    public static string MessageId(string key, MailboxAddress sender) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))[..16])}@{sender.Address[(sender.Address.LastIndexOf('@') + 1)..]}";

    private string Text(MailRecipient recipient, MailContent content, Phrases phrases)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{phrases.Hello} {OneLine(recipient.DisplayName)},\n");
        foreach (var notice in content.Notices)
        {
            text.Append('\n');
            if (content.IsDigest)
            {
                text.Append(CultureInfo.InvariantCulture, $"{notice.Title}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{notice.Text}\n{phrases.Open}: {_options.WebBaseUrl}{notice.Link}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n-- \n{string.Format(CultureInfo.InvariantCulture, phrases.Why, recipient.TenantName)}\n");
        if (content.CanBeEnded)
        {
            text.Append(CultureInfo.InvariantCulture, $"{phrases.Choose}: {_options.WebBaseUrl}/account/notifications\n");
        }

        return text.ToString();
    }

    private string Html(MailRecipient recipient, MailContent content, Phrases phrases)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{recipient.Language}\">\n<head><meta charset=\"utf-8\"><title>{H(recipient.TenantName)}</title></head>\n");
        html.Append("<body style=\"margin:0;padding:24px;background:#f4f5f7;color:#1b1f24;font:16px/1.5 system-ui,sans-serif\">\n<div style=\"max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<p>{H(phrases.Hello)} {H(recipient.DisplayName)},</p>\n");
        foreach (var notice in content.Notices)
        {
            if (content.IsDigest)
            {
                html.Append(CultureInfo.InvariantCulture, $"<h2 style=\"font-size:16px;margin:24px 0 4px\">{H(notice.Title)}</h2>\n");
            }

            html.Append(CultureInfo.InvariantCulture, $"<p>{H(notice.Text)}</p>\n<p><a href=\"{H(_options.WebBaseUrl + notice.Link)}\" style=\"color:#0b57d0\">{H(phrases.Open)}</a></p>\n");
        }

        html.Append(CultureInfo.InvariantCulture, $"<p style=\"margin-top:32px;font-size:13px;color:#57606a\">{H(string.Format(CultureInfo.InvariantCulture, phrases.Why, recipient.TenantName))}");
        if (content.CanBeEnded)
        {
            html.Append(CultureInfo.InvariantCulture, $" <a href=\"{H(_options.WebBaseUrl)}/account/notifications\" style=\"color:#57606a\">{H(phrases.Choose)}</a>");
        }

        return html.Append("</p>\n</div>\n</body>\n</html>\n").ToString();
    }

    private static string H(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A header has no second line, whatever somebody called an asset.</summary>
    private static string OneLine(string? text) => string.Concat((text ?? "").Select(c => char.IsControl(c) ? ' ' : c));

    private static Phrases PhrasesOf(string language) => language switch
    {
        "pt-BR" => new("Olá", "Abrir", "Você recebe esta mensagem como membro de {0} no Panorama.", "Escolher o que receber", "aviso", "avisos", "de hoje"),
        "es" => new("Hola", "Abrir", "Recibes este mensaje como miembro de {0} en Panorama.", "Elegir qué recibir", "aviso", "avisos", "de hoy"),
        _ => new("Hello", "Open", "You get this message as a member of {0} in Panorama.", "Choose what you get", "notice", "notices", "of today"),
    };
}
