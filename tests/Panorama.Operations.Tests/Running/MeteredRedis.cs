using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Panorama.Testing;

namespace Panorama.Operations.Tests.Running;

/// <summary>
/// A Redis as a metered service sells it: reached by TLS alone, every command counted, and over the day's quota each is answered with the service's error.
/// Behind the counter stands a real server, reached by TLS as well.
/// </summary>
internal sealed class MeteredRedis : IAsyncDisposable
{
    private const string Password = "Zaun7koenig-Kranich";
    private static readonly byte[] OverQuota = "-ERR max daily request limit exceeded. Limit: 10000, Usage: 10000. See the documentation for details\r\n"u8.ToArray();

    private readonly TestTls _tls;
    private readonly Process _server;
    private readonly int _serverPort;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _carried = [];
    private readonly Task _accepting;

    private MeteredRedis(TestTls tls, Process server, int serverPort)
    {
        (_tls, _server, _serverPort) = (tls, server, serverPort);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>As the service shows it in its console.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"rediss://default:{Password}@localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Name of each command, in order; what a connection sends when it is opened is among them, as it is on the bill.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public bool IsOverQuota { get; set; }

    public static async Task<MeteredRedis> StartAsync(TestTls tls)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var server = Process.Start(new ProcessStartInfo("redis-server",
        [
            "--port", "0", "--tls-port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--tls-cert-file", tls.CertificateFile, "--tls-key-file", tls.KeyFile,
            "--tls-ca-cert-file", tls.AuthorityFile, "--tls-auth-clients", "no", "--requirepass", Password, "--save", "", "--appendonly", "no",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() })!;
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
        }

        _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return new MeteredRedis(tls, server, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_carried);
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _end.Dispose();
    }

    private static bool IsClosed(Exception exception) =>
        exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException or AuthenticationException or InvalidOperationException;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (IsClosed(exception))
        {
            // The end.
        }
    }

    private async Task CarryAsync(TcpClient from)
    {
        using (from)
        using (var to = new TcpClient())
        {
            try
            {
                await using var client = new SslStream(from.GetStream());
                await client.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _tls.Server }, _end.Token);
                await to.ConnectAsync(IPAddress.Loopback, _serverPort, _end.Token);
                await using var server = new SslStream(to.GetStream());
                using var authority = X509CertificateLoader.LoadCertificateFromFile(_tls.AuthorityFile);
                var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                trust.CustomTrustStore.Add(authority);
                await server.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust }, _end.Token);
                using var writing = new SemaphoreSlim(1, 1); // what the server answers and what the meter does go the same way
                var back = BackAsync(server, client, writing);
                await ForthAsync(client, server, writing);
                to.Close();
                await back;
            }
            catch (Exception exception) when (IsClosed(exception))
            {
                // One side is gone.
            }
        }
    }

    private async Task BackAsync(SslStream server, SslStream client, SemaphoreSlim writing)
    {
        var buffer = new byte[8192];
        try
        {
            while (await server.ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                await WriteAsync(client, buffer.AsMemory(0, read), writing);
            }
        }
        catch (Exception exception) when (IsClosed(exception))
        {
            // Closed.
        }
    }

    private async Task ForthAsync(SslStream client, SslStream server, SemaphoreSlim writing)
    {
        var pending = new List<byte>();
        var buffer = new byte[8192];
        while (await client.ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            pending.AddRange(buffer.AsSpan(0, read));
            while (Take(pending) is { } command)
            {
                Commands.Enqueue(command.Name);
                if (IsOverQuota)
                {
                    await WriteAsync(client, OverQuota, writing);
                }
                else
                {
                    await server.WriteAsync(command.Bytes, _end.Token);
                }
            }
        }
    }

    private async Task WriteAsync(SslStream client, ReadOnlyMemory<byte> bytes, SemaphoreSlim writing)
    {
        await writing.WaitAsync(_end.Token);
        try
        {
            await client.WriteAsync(bytes, _end.Token);
        }
        finally
        {
            writing.Release();
        }
    }

    // *2\r\n$4\r\nPING\r\n$1\r\nx\r\n
    private static (string Name, byte[] Bytes)? Take(List<byte> pending)
    {
        var bytes = pending.ToArray();
        var at = 0;
        if (Number(bytes, ref at) is not { } parts)
        {
            return null;
        }

        var name = "";
        for (var i = 0; i < parts; i++)
        {
            if (Number(bytes, ref at) is not { } length || at + length + 2 > bytes.Length)
            {
                return null;
            }

            name = i == 0 ? Encoding.ASCII.GetString(bytes, at, length).ToUpperInvariant() : name;
            at += length + 2;
        }

        pending.RemoveRange(0, at);
        return (name, bytes[..at]);
    }

    private static int? Number(byte[] bytes, ref int at)
    {
        var end = at < bytes.Length ? Array.IndexOf(bytes, (byte)'\n', at) : -1;
        if (end < 0)
        {
            return null;
        }

        var number = int.Parse(Encoding.ASCII.GetString(bytes, at + 1, end - at - 2), CultureInfo.InvariantCulture);
        at = end + 1;
        return number;
    }
}
