using System.Net;
using Panorama.Core.Storage;

namespace Panorama.Core.Tests.Storage;

/// <summary>Where a store may be, and where not.</summary>
public sealed class GuardingEndpoints
{
    private const string Account = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://127.1")]
    [InlineData("https://0x7f000001")]
    [InlineData("https://0x7f.1")]
    [InlineData("https://017700000001")]
    [InlineData("https://2130706433")]
    [InlineData("https://10.0.0.1")]
    [InlineData("https://172.16.0.1")]
    [InlineData("https://172.31.255.255")]
    [InlineData("https://192.168.1.1")]
    [InlineData("https://169.254.169.254")]
    [InlineData("https://0.0.0.0")]
    [InlineData("https://100.64.0.1")]
    [InlineData("https://192.0.0.8")]
    [InlineData("https://198.18.0.1")]
    [InlineData("https://224.0.0.1")]
    [InlineData("https://255.255.255.255")]
    [InlineData("https://[::1]")]
    [InlineData("https://[::]")]
    [InlineData("https://[fd00:ec2::254]")]
    [InlineData("https://[fe80::1]")]
    [InlineData("https://[ff02::1]")]
    [InlineData("https://[::ffff:10.0.0.1]")]
    [InlineData("https://[::ffff:7f00:1]")]
    [InlineData("https://[::127.0.0.1]")]
    [InlineData("https://[2002:7f00:1::]")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]")]
    [InlineData("https://[64:ff9b:1::1]")]
    [InlineData("https://[2001:0:1:2:3:4:f5ff:fffe]")]
    [InlineData("https://metadata.google.internal")]
    [InlineData("https://METADATA.google.internal.")]
    [InlineData("https://metadata.azure.com")]
    [InlineData("https://minio.storage.svc.cluster.local")]
    [InlineData("https://localhost")]
    [InlineData("https://s3.localhost")]
    [InlineData("https://bucket.r2.dev")]
    [InlineData("https://pub-0123.r2.dev")]
    [InlineData("https://r2.cloudflarestorage.com")]
    [InlineData("https://short.r2.cloudflarestorage.com")]
    [InlineData("https://bucket." + Account + ".r2.cloudflarestorage.com")]
    [InlineData("https://" + Account + ".xx.r2.cloudflarestorage.com")]
    [InlineData("http://" + Account + ".r2.cloudflarestorage.com")]
    [InlineData("http://s3.example.org")]
    [InlineData("ftp://s3.example.org")]
    [InlineData("https://user:secret@s3.example.org")]
    [InlineData("https://s3.example.org/bucket")]
    [InlineData("https://s3.example.org/?x=1")]
    public void Is_refused_in_production(string endpoint)
    {
        var problem = EndpointGuard.Problem(new Uri(endpoint), "auto", [], isProduction: true);

        Assert.NotNull(problem);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://s3.example.org")]
    [InlineData("https://s3.example.org:9000/")]
    [InlineData("https://xmetadata.azure.com")]
    [InlineData("https://mylocal")]
    [InlineData("https://notinternal.example.org")]
    [InlineData("https://notr2.dev")]
    [InlineData("https://8.8.8.8")]
    [InlineData("https://172.32.0.1")]
    [InlineData("https://[2606:4700::1111]")]
    [InlineData("https://[64:ff9b::808:808]")]
    [InlineData("https://" + Account + ".r2.cloudflarestorage.com")]
    [InlineData("https://" + Account + ".eu.r2.cloudflarestorage.com")]
    [InlineData("https://" + Account + ".fedramp.r2.cloudflarestorage.com")]
    public void Is_let_in(string endpoint) => Assert.Null(EndpointGuard.Problem(new Uri(endpoint), "auto", [], isProduction: true));

    [Theory]
    [InlineData("http://objects:9000", "objects")]
    [InlineData("http://minio.storage.svc.cluster.local", "minio.storage.svc.cluster.local")]
    [InlineData("http://127.0.0.1:9000", "127.0.0.1")]
    [InlineData("http://[::1]:9000", "::1")]
    public void A_host_by_name_is_let_in_even_in_production(string endpoint, string host)
    {
        Assert.Null(EndpointGuard.Problem(new Uri(endpoint), "auto", [host], isProduction: true));
        Assert.NotNull(EndpointGuard.Problem(new Uri(endpoint), "auto", [host + "x"], isProduction: true));
    }

    [Fact]
    public void Being_let_in_by_name_does_not_make_a_public_address_of_R2_one_of_an_account() =>
        Assert.NotNull(EndpointGuard.Problem(new Uri("https://b.r2.dev"), "auto", ["b.r2.dev"], isProduction: true));

    [Fact]
    public void R2_needs_its_region() => Assert.Contains(
        "S3_REGION=auto", EndpointGuard.Problem(new Uri($"https://{Account}.r2.cloudflarestorage.com"), "us-east-1", [], isProduction: true), StringComparison.Ordinal);

    [Fact]
    public async Task A_name_that_leads_into_a_private_network_by_the_time_of_the_connection_is_not_connected_to()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connections = new GuardedConnections(isTrusted: false, []);
        using var client = connections.Client();

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetAsync(new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"), TestContext.Current.CancellationToken));

        Assert.Equal(StorageFault.Private, S3Faults.From(failure, StorageException.ReadFailed).Fault);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("STORAGE_DRIVER", "tape", "STORAGE_DRIVER must be s3 or filesystem.")]
    [InlineData("S3_ACCESS_KEY", "", "S3_ACCESS_KEY is not set; the storage driver s3 needs it.")]
    [InlineData("S3_SECRET_KEY", "", "S3_SECRET_KEY is not set; the storage driver s3 needs it.")]
    [InlineData("S3_BUCKET_PHOTOS", "X", "S3_BUCKET_PHOTOS must have 3 to 63 small letters, digits, hyphens and points.")]
    [InlineData("S3_SIGNED_URL_TTL_SECONDS", "29", "S3_SIGNED_URL_TTL_SECONDS must be a number from 30 to 3600.")]
    [InlineData("S3_FORCE_PATH_STYLE", "maybe", "S3_FORCE_PATH_STYLE must be true, false, 1, 0, yes or no.")]
    [InlineData("S3_SERVER_SIDE_ENCRYPTION", "on", "S3_SERVER_SIDE_ENCRYPTION must be auto or off.")]
    [InlineData("PHOTO_DELIVERY", "mail", "PHOTO_DELIVERY must be proxy or redirect.")]
    [InlineData("STORAGE_DIRECTORY", "files", "STORAGE_DIRECTORY must be a whole path that begins at the root.")]
    [InlineData("S3_PUBLIC_ENDPOINT", "https://10.0.0.1", "S3_PUBLIC_ENDPOINT leads into a private network; S3_ENDPOINT_ALLOWED_HOSTS lets it in by name.")]
    public void A_setting_that_is_wrong_is_one_sentence_that_names_it(string name, string value, string sentence)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager
        {
            ["S3_BUCKET_PHOTOS"] = "photos",
            ["S3_ACCESS_KEY"] = "key",
            ["S3_SECRET_KEY"] = "secret",
            [name] = value,
        };
        var options = new StorageOptions();
        options.Read(configuration);

        Assert.Equal([sentence], options.Problems(isProduction: true));
    }

    [Fact]
    public void Without_settings_there_is_no_store_and_no_problem()
    {
        var options = new StorageOptions();
        options.Read(new Microsoft.Extensions.Configuration.ConfigurationManager());

        Assert.Equal((false, false), (options.IsS3, options.IsFilesystem));
        Assert.Empty(options.Problems(isProduction: true));
    }
}
