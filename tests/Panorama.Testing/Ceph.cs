using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Panorama.Testing;

/// <summary>
/// A real S3 server on this machine: Ceph's gateway over one monitor and one store in memory, and nginx before it that refuses what Cloudflare R2 refuses
/// (chunk signatures, trailers, any region but auto) and speaks TLS. What is missing is installed.
/// </summary>
public sealed class Ceph : IAsyncLifetime
{
    public const string AccessKey = "AKIATESTPANORAMA";
    public const string SecretKey = "a-secret-of-tests-0123456789abcdef";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-test-ceph-").FullName;
    private readonly Dictionary<string, Process> _running = new(StringComparer.Ordinal);
    private readonly int[] _ports = [.. Enumerable.Range(0, 5).Select(_ => FreePorts.Next())];

    public TestTls Tls { get; } = new();

    /// <summary>The gateway itself, in the clear.</summary>
    public Uri Plain => new($"http://127.0.0.1:{Port(1)}");

    /// <summary>The same behind the rules of R2, with TLS.</summary>
    public Uri Strict => new($"https://localhost:{Port(2)}");

    public async ValueTask InitializeAsync()
    {
        await InstallAsync();
        var fsid = Guid.CreateVersion7().ToString();
        await File.WriteAllTextAsync(In("ceph.conf"), Configuration(fsid));
        string[] admin = ["-c", In("ceph.conf"), "-k", In("keys")];
        await RunAsync("ceph-authtool", "--create-keyring", In("keys"), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *");
        await RunAsync("ceph-authtool", In("keys"), "--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *");
        await RunAsync("ceph-authtool", In("keys"), "--gen-key", "-n", "osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *", "--cap", "mgr", "allow profile osd");
        await RunAsync("ceph-authtool", In("keys"), "--gen-key", "-n", "client.rgw", "--cap", "mon", "allow rw", "--cap", "osd", "allow rwx", "--cap", "mgr", "allow rw");
        await RunAsync("monmaptool", "--create", "--clobber", "--addv", "a", $"[v2:127.0.0.1:{Port(0)}]", "--fsid", fsid, In("monmap"));
        await RunAsync("ceph-mon", "-c", In("ceph.conf"), "--mkfs", "-i", "a", "--monmap", In("monmap"), "--keyring", In("keys"));
        Start("mon", "ceph-mon", "-f", "-c", In("ceph.conf"), "-i", "a");
        var uuid = Guid.CreateVersion7().ToString();
        await RunAsync("ceph", [.. admin, "osd", "new", uuid]);
        Directory.CreateDirectory(In("osd-0"));
        await RunAsync("ceph-osd", "-c", In("ceph.conf"), "-i", "0", "--mkfs", "--osd-uuid", uuid, "--keyring", In("keys"));
        Start("osd", "ceph-osd", "-f", "-c", In("ceph.conf"), "-i", "0", "--keyring", In("keys"));
        await RunAsync("ceph", [.. admin, "osd", "crush", "add", "osd.0", "1.0", "host=localhost", "root=default"]);
        await RunAsync("radosgw-admin", [.. admin, "user", "create", "--uid=panorama", "--display-name=panorama", $"--access-key={AccessKey}", $"--secret={SecretKey}"]);
        await StartGatewayAsync();
        await StartFrontAsync();
    }

    /// <summary>Ends the gateway as a machine does that goes away.</summary>
    public Task StopGatewayAsync() => EndAsync("rgw");

    public async Task StartGatewayAsync()
    {
        Start("rgw", "radosgw", "-f", "-c", In("ceph.conf"), "-n", "client.rgw", "-k", In("keys"), "--no-mon-config");
        await AnswersAsync(Port(1), "rgw");
    }

    /// <param name="bytes">What the account may hold; negative is no limit.</param>
    public async Task LimitAsync(long bytes)
    {
        string[] admin = ["-c", In("ceph.conf"), "-k", In("keys")];
        await RunAsync("radosgw-admin", [.. admin, "quota", "set", "--quota-scope=user", "--uid=panorama", string.Create(CultureInfo.InvariantCulture, $"--max-size={bytes}B"), "--max-objects=-1"]);
        await RunAsync("radosgw-admin", [.. admin, "quota", bytes < 0 ? "disable" : "enable", "--quota-scope=user", "--uid=panorama"]);
        await StopGatewayAsync(); // it remembers the old one for minutes
        await StartGatewayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { "nginx", "rgw", "osd", "mon" })
        {
            await EndAsync(name);
        }

        Tls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartFrontAsync()
    {
        await File.WriteAllTextAsync(In("nginx.conf"), $$"""
            daemon off; user root; worker_processes 1; pid {{_folder}}/nginx.pid; error_log {{_folder}}/nginx.log;
            events { worker_connections 64; }
            http {
              access_log off; default_type application/xml; client_max_body_size 0;
              client_body_temp_path {{_folder}}/t1; proxy_temp_path {{_folder}}/t2; fastcgi_temp_path {{_folder}}/t3; uwsgi_temp_path {{_folder}}/t4; scgi_temp_path {{_folder}}/t5;
              server {
                listen 127.0.0.1:{{Port(2)}} ssl; ssl_certificate {{Tls.CertificateFile}}; ssl_certificate_key {{Tls.KeyFile}};
                set $refused "";
                if ($http_x_amz_content_sha256 ~ ^STREAMING-) { set $refused "$http_x_amz_content_sha256"; }
                if ($http_content_encoding ~ aws-chunked) { set $refused "aws-chunked"; }
                if ($http_x_amz_trailer) { set $refused "x-amz-trailer"; }
                if ($http_transfer_encoding ~ chunked) { set $refused "chunked"; }
                location / {
                  if ($refused) { return 501 '<?xml version="1.0"?><Error><Code>NotImplemented</Code><Message>$refused not implemented</Message></Error>'; }
                  set $scope "$http_authorization$arg_X_Amz_Credential";
                  if ($request_uri ~ "X-Amz-Credential=([^&]+)") { set $scope "$1"; }
                  if ($scope ~ "(/|%2F)(?!auto(/|%2F))[a-z0-9-]+(/|%2F)s3(/|%2F)aws4_request") { return 400 '<?xml version="1.0"?><Error><Code>InvalidRegionName</Code><Message>only auto</Message></Error>'; }
                  proxy_request_buffering off; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:{{Port(1)}};
                }
              }
            }
            """);
        Start("nginx", "nginx", "-e", In("nginx.log"), "-c", In("nginx.conf"));
        await AnswersAsync(Port(2), "nginx");
    }

    private string Configuration(string fsid) => $"""
        [global]
        fsid = {fsid}
        mon_host = v2:127.0.0.1:{Port(0)}/0
        public_addr = 127.0.0.1
        cluster_addr = 127.0.0.1
        ms_bind_msgr1 = false
        ms_bind_port_min = {20_000 + (Port(3) % 20_000)}
        ms_bind_port_max = {20_100 + (Port(3) % 20_000)}
        keyring = {_folder}/keys
        run_dir = {_folder}
        admin_socket =
        log_file = {_folder}/$name.log
        mon_data = {_folder}/mon-a
        osd_data = {_folder}/osd-0
        crash_dir = {_folder}
        osd_pool_default_size = 1
        osd_pool_default_min_size = 1
        osd_pool_default_pg_num = 1
        osd_pool_default_pgp_num = 1
        osd_pool_default_pg_autoscale_mode = off
        mon_allow_pool_size_one = true
        osd_crush_chooseleaf_type = 0
        mon_max_pg_per_osd = 5000
        mon_data_avail_crit = 0
        osd_objectstore = memstore
        memstore_device_bytes = 1073741824
        [client.rgw]
        rgw_frontends = beast endpoint=127.0.0.1:{Port(1)}
        rgw_crypt_require_ssl = false

        """;

    private void Start(string name, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _running[name] = process;
    }

    private async Task EndAsync(string name)
    {
        if (!_running.Remove(name, out var process))
        {
            return;
        }

        using (process)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
    }

    private async Task AnswersAsync(int port, string name)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (watch.Elapsed < StartPatience && !_running[name].HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static async Task InstallAsync()
    {
        string[] missing = [.. new[] { ("ceph-mon", "ceph-mon"), ("ceph-osd", "ceph-osd"), ("radosgw", "radosgw"), ("ceph", "ceph-common"), ("nginx", "nginx-light") }
            .Where(p => Find(p.Item1) is null).Select(p => p.Item2)];
        if (missing.Length > 0)
        {
            await RunAsync("apt-get", ["install", "-y", "--no-install-recommends", .. missing]);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(program) ?? throw new InvalidOperationException($"No {program}: apt-get install ceph-mon ceph-osd radosgw ceph-common nginx-light."), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await error}");
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    private int Port(int index) => _ports[index];

    private string In(string name) => Path.Combine(_folder, name);
}
