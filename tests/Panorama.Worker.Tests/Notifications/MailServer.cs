using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Panorama.Worker.Tests.Notifications;

/// <summary>
/// A relay that can refuse. What it does, the first word of an address says: <c>bounce</c> 550 at RCPT, <c>policy</c> 554 after DATA, <c>grey</c> 451 until
/// <see cref="Calm"/>, <c>drop</c> closes the connection in the middle of DATA once, <c>slow</c> takes three seconds.
/// </summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _front = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, bool> _dropped = new();
    private readonly List<Task> _running = [];
    private readonly int _back;

    private MailServer(bool secure, bool isImplicit, TimeSpan pace)
    {
        Pace = pace;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _back = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var certificate = secure ? MakeCertificate() : null;
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, _back)).IsSecure(isImplicit).AllowUnsecureAuthentication(false);
            if (certificate is not null)
            {
                endpoint.Certificate(certificate).AuthenticationRequired(true);
            }
        }).Build();
        var services = new ServiceProvider();
        services.Add(new Store(this));
        services.Add(new Filter(this));
        services.Add(new Users());
        _running.Add(new SmtpServer.SmtpServer(options, services).StartAsync(_end.Token));
        _front.Start();
        _running.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_front.LocalEndpoint).Port;

    /// <summary>PEM of the certificate that it shows.</summary>
    public string? CertificateFile { get; private set; }

    /// <summary>How long it takes to answer each mail.</summary>
    public TimeSpan Pace { get; set; }

    /// <summary>While it is not, grey addresses are put off.</summary>
    public bool Calm { get; set; }

    /// <summary>Right after it took one.</summary>
    public Action<MimeMessage>? OnTaken { get; set; }

    /// <summary>What it took, in order; the answer to the last of a killed sender may not have arrived.</summary>
    public ConcurrentQueue<MimeMessage> Taken { get; } = new();

    /// <param name="secure">With a certificate, and only after a password.</param>
    /// <param name="isImplicit">TLS from the first byte; otherwise by STARTTLS.</param>
    public static MailServer Start(bool secure = false, bool isImplicit = false, TimeSpan pace = default) => new(secure, isImplicit, pace);

    public List<MimeMessage> To(string address) => [.. Taken.Where(m => m.To.Mailboxes.Single().Address == address)];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _front.Stop();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _front.Dispose();
        _end.Dispose();
        if (CertificateFile is not null)
        {
            File.Delete(CertificateFile);
        }
    }

    // In front of the server, because it hands a mail over only when all of it is there.
    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _front.AcceptTcpClientAsync(_end.Token);
            _ = RelayAsync(client);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _back, _end.Token);
                var down = server.GetStream().CopyToAsync(client.GetStream(), _end.Token);
                await Task.WhenAny(down, UpAsync(client.GetStream(), server.GetStream()));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone.
            }
        }
    }

    private async Task UpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[4096];
        var seen = new StringBuilder();
        int read;
        while ((read = await from.ReadAsync(buffer, _end.Token)) > 0)
        {
            seen.Append(Encoding.ASCII.GetString(buffer, 0, read));
            var text = seen.ToString();
            if (text.Contains("RCPT TO:<drop", StringComparison.OrdinalIgnoreCase) && text.Contains("\r\nMessage-Id:", StringComparison.OrdinalIgnoreCase)
                && _dropped.TryAdd(text[text.IndexOf("RCPT TO:<drop", StringComparison.OrdinalIgnoreCase)..].Split('>')[0], true))
            {
                await to.WriteAsync(buffer.AsMemory(0, read / 2), _end.Token);
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    private X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        CertificateFile = Path.Combine(Path.GetTempPath(), $"panorama-{Path.GetRandomFileName()}.pem");
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Store(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            var user = transaction.To[0].User;
            if (user.StartsWith("policy", StringComparison.Ordinal))
            {
                return new SmtpResponse(SmtpReplyCode.TransactionFailed, "5.7.1 not wanted here");
            }

            await Task.Delay(user.StartsWith("slow", StringComparison.Ordinal) ? TimeSpan.FromSeconds(3) : server.Pace, TimeProvider.System, cancellationToken);
            using var stream = new MemoryStream(buffer.ToArray());
            var message = await MimeMessage.LoadAsync(stream, cancellationToken);
            server.Taken.Enqueue(message);
            server.OnTaken?.Invoke(message);
            return SmtpResponse.Ok;
        }
    }

    private sealed class Filter(MailServer server) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken)
        {
            if (to.User.StartsWith("bounce", StringComparison.Ordinal))
            {
                throw new SmtpResponseException(new SmtpResponse(SmtpReplyCode.MailboxUnavailable, $"5.1.1 <{to.User}@{to.Host}> is nobody"));
            }

            return to.User.StartsWith("grey", StringComparison.Ordinal) && !server.Calm
                ? throw new SmtpResponseException(new SmtpResponse(SmtpReplyCode.Aborted, "4.7.1 come again"))
                : Task.FromResult(true);
        }
    }

    private sealed class Users : UserAuthenticator
    {
        public override Task<bool> AuthenticateAsync(ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
            Task.FromResult(user == "panorama" && password == "a relay's password");
    }
}
