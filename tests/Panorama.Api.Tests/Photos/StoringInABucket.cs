using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Panorama.Core.Jobs;
using Panorama.Core.Retention;
using Panorama.Testing;

namespace Panorama.Api.Tests.Photos;

[CollectionDefinition(nameof(Ceph))]
public sealed class CephCollection : ICollectionFixture<Ceph>;

/// <summary>The routes over a real server of S3, and what happens when it goes, is full, refuses or has another clock.</summary>
[Collection(nameof(Ceph)), Trait("Tier", "Full")]
public sealed class StoringInABucket(ApiApp app, Ceph ceph) : IAsyncLifetime
{
    private readonly string _bucket = $"api-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
    private RunningApi? _api;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // The server makes pools for its first buckets and objects, which takes longer than the Api waits.
        using var s3 = Client();
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                await s3.PutBucketAsync(new PutBucketRequest { BucketName = _bucket, UseClientRegion = false }, Cancelled);
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = "first", ContentBody = "x" }, Cancelled);
                await s3.DeleteObjectAsync(_bucket, "first", Cancelled);
                break;
            }
            catch (Exception exception) when (exception is AmazonServiceException or HttpRequestException && watch.Elapsed < TimeSpan.FromSeconds(90))
            {
                await Task.Delay(200, Cancelled);
            }
        }

        _api = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }
    }

    [Fact]
    [Trait("FieldCase", "STO-01")]
    [Trait("FieldCase", "PHO-04")]
    public async Task What_is_stored_is_shown_as_it_is_and_the_store_knows_nothing_else_of_it()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = _api!.Client(tenant.Staff.Token);

        var item = await client.TakeAsync(asset, "pho-04-metadata.jpg");

        using var full = await client.GetAsync($"/api/photos/{item.Text("id")}/full", []);
        Assert.Equal(item.Text("sha256"), Convert.ToHexStringLower(SHA256.HashData(await full.BytesAsync())));
        using var part = await client.GetAsync($"/api/photos/{item.Text("id")}/full", ("Range", "bytes=0-9"));
        Assert.Equal((206, 10), ((int)part.StatusCode, (await part.BytesAsync()).Length));
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{item.Text("id")}/thumbnail"));
        using var s3 = Client();
        var listed = (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, Prefix = "tenants/" }, Cancelled)).S3Objects;
        Assert.Equal(2, listed.Count);
        foreach (var stored in listed)
        {
            using var found = await s3.GetObjectAsync(_bucket, stored.Key, Cancelled);
            Assert.Equal(["x-amz-meta-sha256"], found.Metadata.Keys);
            Assert.Equal(("image/jpeg", "no-store, private"), (found.Headers.ContentType, string.Join(", ", found.Headers.CacheControl.Split(", ").Order())));
            using var bytes = new MemoryStream();
            await found.ResponseStream.CopyToAsync(bytes, Cancelled);
            Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(bytes.ToArray()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_link_leads_a_browser_to_the_bytes_and_ends()
    {
        var tenant = await app.CreateTenantAsync();
        await using var redirecting = await StartAsync(("PHOTO_DELIVERY", "redirect"));
        using var client = redirecting.Client(tenant.Driver.Token);
        using var uploader = redirecting.Client(tenant.Staff.Token);
        var item = await uploader.TakeAsync(await tenant.AssetAsync());

        using var answer = await client.GetAsync($"/api/photos/{item.Text("id")}/full", []);
        Assert.Equal(302, (int)answer.StatusCode);
        using var browser = new HttpClient();
        using var picture = await browser.GetAsync(answer.Headers.Location, Cancelled);

        Assert.Equal(
            (item.Text("sha256"), "image/jpeg"), (Convert.ToHexStringLower(SHA256.HashData(await picture.BytesAsync())), picture.Content.Headers.ContentType?.ToString()));
        Assert.Equal(ceph.Plain.Authority, answer.Headers.Location!.Authority);
    }

    [Fact]
    public async Task A_store_that_is_away_takes_nothing_shows_nothing_and_loses_nothing()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await using var redirecting = await StartAsync(("PHOTO_DELIVERY", "redirect"));
        using var client = _api!.Client(tenant.Staff.Token);
        using var sentOn = redirecting.Client(tenant.Staff.Token);
        var id = (await client.TakeAsync(asset)).Text("id");
        var key = PhotoCalls.NewKey();
        await ceph.StopGatewayAsync();
        try
        {
            Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key)));
            Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Pdf), "documents"));
            Assert.Equal("503 storage_read_failed", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
            Assert.Equal("503 storage_read_failed", await client.GetOutcomeAsync($"/api/photos/{id}/thumbnail"));
            Assert.Equal("302", await sentOn.GetOutcomeAsync($"/api/photos/{id}/full"));
            Assert.Equal("200", await client.GetOutcomeAsync($"/api/assets/{asset}/photos"));
            await using var late = await StartAsync(); // a store that is away keeps nobody from starting
            using var there = late.Client(tenant.Staff.Token);
            Assert.Equal("200", await there.GetOutcomeAsync($"/api/assets/{asset}"));
            Assert.Equal("200", await there.GetOutcomeAsync("/health"));
        }
        finally
        {
            await ceph.StartGatewayAsync();
        }

        Assert.Equal(1L, await app.RunAsync("select count(*) from photos where asset_id = $1", asset));
        Assert.Equal(1L, await app.RunAsync("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.photo.processing_failed' and metadata ->> 'reason' = 'storage_write_failed'", tenant.Id));
        await client.TakeAsync(asset, key: key);
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
    }

    [Fact]
    public async Task A_store_that_is_full_is_said_so_while_photos_are_shown_and_the_sweep_makes_room()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = _api!.Client(tenant.Staff.Token);
        var id = (await client.TakeAsync(asset)).Text("id");
        await ceph.LimitAsync(1);
        try
        {
            using (var form = PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg")))
            using (var refused = await client.UploadAsync(asset, form))
            {
                var problem = await refused.ReadProblemAsync();
                Assert.Equal(
                    (503, "storage_write_failed", "The store is full or over its quota."), (problem.Status, problem.Code, problem.Body.Text("title")));
            }

            Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
            await app.RunAsync("update photos set created_at = now() - interval '500 days' where id = $1", Guid.Parse(id!));
            await using var worker = Npgsql.NpgsqlDataSource.Create(app.Database.ConnectionString(Core.Data.DatabaseRoles.SuperAdmin));
            using var opened = Core.Storage.OpenedStore.Open(Options(), TimeProvider.System);
            var swept = await SweepFiles.ExecuteAsync(worker, opened.Store, tenant.Id, TimeProvider.System.GetUtcNow(), JobTurn.Unlimited, Cancelled);
            Assert.Equal((1, 0), (swept.Removed, swept.Failed));
        }
        finally
        {
            await ceph.LimitAsync(-1);
        }

        using var s3 = Client();
        Assert.Empty((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, Prefix = "tenants/" }, Cancelled)).S3Objects ?? []);
        await client.TakeAsync(asset);
    }

    [Fact]
    public async Task A_clock_that_went_wrong_and_a_bucket_that_went_away_are_the_stores_fault()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = _api!.Client(tenant.Staff.Token);
        var id = (await client.TakeAsync(asset)).Text("id");
        Amazon.AWSConfigs.ManualClockCorrection = TimeSpan.FromMinutes(20);
        try
        {
            Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
            Assert.Equal("503 storage_read_failed", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
        }
        finally
        {
            Amazon.AWSConfigs.ManualClockCorrection = null;
        }

        using var s3 = Client();
        foreach (var stored in (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket }, Cancelled)).S3Objects)
        {
            await s3.DeleteObjectAsync(_bucket, stored.Key, Cancelled);
        }

        Assert.Equal("503 storage_read_failed", await client.GetOutcomeAsync($"/api/photos/{id}/full")); // the row says that it was there
        await s3.DeleteBucketAsync(_bucket, Cancelled);
        Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
        Assert.Equal(1L, await app.RunAsync("select count(*) from photos where asset_id = $1", asset));
    }

    [Fact]
    public async Task A_store_that_never_answers_is_given_up_and_holds_no_connection_to_the_database_meanwhile()
    {
        var tenant = await app.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var before = _api!.Client(tenant.Staff.Token);
        var id = (await before.TakeAsync(asset)).Text("id");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(); // the system takes the connections, and nobody reads them
        await using var slow = await StartAsync(("S3_ENDPOINT", $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
        using var client = slow.Client(tenant.Staff.Token);
        var watch = Stopwatch.StartNew();

        var waiting = Enumerable.Range(0, 12).Select(i => i < 3 ? client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Pdf), "documents") : client.GetOutcomeAsync($"/api/photos/{id}/full")).ToList();
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/assets/{asset}")); // more wait than there are connections
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        var outcomes = await Task.WhenAll(waiting);

        Assert.Equal([.. Enumerable.Repeat("503 storage_write_failed", 3), .. Enumerable.Repeat("503 storage_read_failed", 9)], outcomes);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 40);
        Assert.Equal(0L, await app.RunAsync("select count(*) from documents where asset_id = $1", asset));
    }

    [Fact]
    public async Task A_pair_of_keys_that_is_wrong_keeps_the_process_from_starting_with_one_sentence()
    {
        var refusal = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StartAsync(("S3_SECRET_KEY", "another-secret-of-tests-0123456789")));

        Assert.StartsWith("storage_access_denied: The storage refuses the pair of S3_ACCESS_KEY and S3_SECRET_KEY", Assert.Single(refusal.Failures), StringComparison.Ordinal);
    }

    private Task<RunningApi> StartAsync(params (string Key, string? Value)[] changes) => RunningApi.StartAsync(app.Settings(
    [
        ("S3_ENDPOINT", ceph.Plain.ToString()), ("S3_REGION", "auto"), ("S3_BUCKET_PHOTOS", _bucket), ("S3_ACCESS_KEY", Ceph.AccessKey), ("S3_SECRET_KEY", Ceph.SecretKey),
        ("S3_FORCE_PATH_STYLE", "true"), ("S3_SERVER_SIDE_ENCRYPTION", "off"), ("S3_ENDPOINT_ALLOWED_HOSTS", "127.0.0.1"), .. changes,
    ]));

    private Core.Storage.StorageOptions Options() => new()
    {
        Endpoint = ceph.Plain.ToString(),
        Region = "auto",
        Bucket = _bucket,
        AccessKey = Ceph.AccessKey,
        SecretKey = Ceph.SecretKey,
        PathStyleFlag = "true",
        Encryption = "off",
        AllowedHostList = "127.0.0.1",
    };

    private AmazonS3Client Client() => new(
        new BasicAWSCredentials(Ceph.AccessKey, Ceph.SecretKey), new AmazonS3Config { ServiceURL = ceph.Plain.ToString(), AuthenticationRegion = "auto", ForcePathStyle = true, RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED });
}
