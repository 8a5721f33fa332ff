using System.Collections.Concurrent;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Panorama.Worker.Notifications;

/// <summary>The last step of a mail.</summary>
internal interface IMailTransport
{
    /// <returns>What the other side said when it took the mail; null when it said nothing.</returns>
    Task<string?> SendAsync(MimeMessage message, CancellationToken cancellationToken);

    /// <summary>Lets go of what has not been used for a while.</summary>
    Task RestAsync(CancellationToken cancellationToken);
}

/// <summary>Mail to a relay. Connections are kept for the next mail and closed when none comes.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options, TimeProvider clock) : IMailTransport, IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentStack<(SmtpClient Client, long Since)> _idle = new();

    public async Task<string?> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(cancellationToken);
        try
        {
            var answer = await client.SendAsync(message, cancellationToken);
            _idle.Push((client, clock.GetTimestamp()));
            return answer;
        }
        catch (SmtpCommandException) when (client.IsConnected)
        {
            _idle.Push((client, clock.GetTimestamp())); // it refused this mail and takes the next
            throw;
        }
        catch
        {
            client.Dispose(); // what it is in the middle of nobody knows
            throw;
        }
    }

    public async Task RestAsync(CancellationToken cancellationToken)
    {
        List<(SmtpClient Client, long Since)> kept = [];
        while (_idle.TryPop(out var entry))
        {
            if (clock.GetElapsedTime(entry.Since) < KeptFor)
            {
                kept.Add(entry);
                continue;
            }

            using (entry.Client)
            {
                await CloseAsync(entry.Client, cancellationToken);
            }
        }

        foreach (var entry in kept)
        {
            _idle.Push(entry);
        }
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var entry))
        {
            entry.Client.Dispose();
        }
    }

    private static async Task CloseAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ProtocolException or System.Net.Sockets.SocketException)
        {
            // It was gone already.
        }
    }

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryPop(out var entry))
        {
            if (entry.Client.IsConnected && clock.GetElapsedTime(entry.Since) < KeptFor)
            {
                return entry.Client;
            }

            entry.Client.Dispose();
        }

        var settings = options.Value;
        var client = new SmtpClient { Timeout = (int)EmailChannel.Patience.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(settings.Host!, settings.SmtpPort, settings.Secure switch
            {
                "tls" => SecureSocketOptions.SslOnConnect,
                "none" => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            }, cancellationToken);
            if (!string.IsNullOrEmpty(settings.User))
            {
                await client.AuthenticateAsync(settings.User, settings.Password!, cancellationToken);
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}

/// <summary>Mail as files, for a machine without a relay. A mail that is written again takes the place of the first.</summary>
internal sealed class FolderTransport(IOptions<MailOptions> options) : IMailTransport
{
    public async Task<string?> SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var folder = options.Value.Folder!;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, message.MessageId!.Split('@')[0] + ".eml");
        var draft = path + ".part";
        await using (var file = File.Create(draft))
        {
            await message.WriteToAsync(file, cancellationToken);
        }

        File.Move(draft, path, overwrite: true);
        return null;
    }

    public Task RestAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
