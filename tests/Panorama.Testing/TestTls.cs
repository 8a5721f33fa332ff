using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Panorama.Testing;

/// <summary>A certificate authority of a test, and servers that show its certificates, as a managed service shows its own.</summary>
public sealed class TestTls : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-test-tls-").FullName;

    public TestTls()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Panorama test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        Directory.CreateDirectory(_folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101); // servers run as other users where we are root
        }

        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        Server = Issue("localhost");
        File.WriteAllText(CertificateFile, Server.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyFile, Server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>PEM of the authority, for who has to trust it.</summary>
    public string AuthorityFile => Path.Combine(_folder, "authority.crt");

    public string CertificateFile => Path.Combine(_folder, "server.crt");

    public string KeyFile => Path.Combine(_folder, "server.key");

    /// <summary>For localhost and 127.0.0.1.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Turns TLS on at a server that runs.</summary>
    public async Task TurnOnAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.SuperuserConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var ask = new NpgsqlCommand("show data_directory", connection);
        var data = (string)(await ask.ExecuteScalarAsync(cancellationToken))!;
        foreach (var (from, name) in new[] { (CertificateFile, "server.crt"), (KeyFile, "server.key") })
        {
            // As the server's own account owns the rest of the folder; it refuses a key that others may read.
            using var copy = Process.Start("install", ["-m", "600", .. Environment.UserName == "root" ? ["-o", "postgres"] : Array.Empty<string>(), from, Path.Combine(data, name)]);
            await copy.WaitForExitAsync(cancellationToken);
        }

        foreach (var sql in new[] { "alter system set ssl = on", "alter system set ssl_min_protocol_version = 'TLSv1.2'", "select pg_reload_conf()" })
        {
#pragma warning disable CA2100 // literals of this file
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var secure = new NpgsqlConnection(Verified(server.SuperuserConnectionString));
                await secure.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>The same connection, with the server's certificate verified against this authority and its name.</summary>
    public string Verified(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = "localhost", SslMode = SslMode.VerifyFull, RootCertificate = AuthorityFile }.ConnectionString;

    public void Dispose()
    {
        Server.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(_authority, new DateTimeOffset(_authority.NotBefore), new DateTimeOffset(_authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
