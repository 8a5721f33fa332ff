using System.Security.Cryptography.X509Certificates;
using Amazon.S3.Model;
using Panorama.Core.Storage;
using Panorama.Testing;

namespace Panorama.Core.Tests.Storage;

[CollectionDefinition(nameof(Ceph))]
public sealed class CephCollection : ICollectionFixture<Ceph>;

/// <summary>A bucket of a real server.</summary>
public abstract class KeepingInBuckets(Ceph ceph) : StoreContract, IAsyncLifetime
{
    private readonly List<IDisposable> _opened = [];
    private S3ObjectStore? _store;

    private protected Ceph Ceph { get; } = ceph;

    private protected abstract StorageOptions Settings();

    private protected override IObjectStore Store => _store!;

    private protected S3ObjectStore Open(Action<StorageOptions>? change = null)
    {
        var options = Settings();
        change?.Invoke(options);
        var thumbprint = Ceph.Tls.Server.Thumbprint;
        var connections = new GuardedConnections(isTrusted: false, options.AllowedHosts) { Trust = c => c is X509Certificate2 shown && shown.Thumbprint == thumbprint };
        var store = new S3ObjectStore(options, connections, TimeProvider.System);
        _opened.AddRange([store, connections]);
        return store;
    }

    private protected static Task<StorageException> ProofFailsAsync(S3ObjectStore store) =>
        Assert.ThrowsAsync<StorageException>(() => StorageChecks.ProveAsync(store, TimeProvider.System, Cancelled));

    public async ValueTask InitializeAsync()
    {
        _store = Open();
        await ProveAsync(_store);
    }

    /// <summary>As a process does that goes on looking at a store which was too slow for it: the server makes pools for its first buckets.</summary>
    private static async Task ProveAsync(S3ObjectStore store)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await StorageChecks.ProveAsync(store, TimeProvider.System, Cancelled);
                return;
            }
            catch (StorageException exception) when (exception.Fault == StorageFault.TooSlow && attempt < 20)
            {
                // Again.
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _opened.ForEach(o => o.Dispose());
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_bucket_that_is_missing_is_made_and_closed()
    {
        var store = Open(o => o.Bucket = $"new-{Guid.CreateVersion7():N}");

        await ProveAsync(store);

        Assert.Empty(await store.ListAsync("", Cancelled).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task A_bucket_that_anybody_can_read_is_refused()
    {
        var store = Open(o => o.Bucket = $"open-{Guid.CreateVersion7():N}");
        await store.Client.PutBucketAsync(new PutBucketRequest { BucketName = store.Options.Bucket, UseClientRegion = false, CannedACL = Amazon.S3.S3CannedACL.PublicRead }, Cancelled);

        Assert.Equal("storage_bucket_public: Anybody can read the bucket of S3_BUCKET_PHOTOS; make it private.", (await ProofFailsAsync(store)).Message);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("secret")]
    public async Task A_wrong_pair_of_keys_is_one_sentence_without_them(string which)
    {
        const string Wrong = "AKIAWRONGWRONGWRONG";
        var store = Open(o => (o.AccessKey, o.SecretKey) = which == "key" ? (Wrong, o.SecretKey) : (o.AccessKey, Wrong));

        var refusal = await ProofFailsAsync(store);

        Assert.Equal(("storage_access_denied", StorageFault.Denied), (refusal.Code, refusal.Fault));
        Assert.DoesNotContain(Wrong, refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Ceph.AccessKey, refusal.ToString(), StringComparison.Ordinal);
        var body = Body(5);
        Assert.Equal("storage_write_failed", (await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(NewKey(), new MemoryStream(body), About(body), Cancelled))).Code);
        Assert.Equal("storage_delete_failed", (await Assert.ThrowsAsync<StorageException>(() => store.DeleteAsync(NewKey(), Cancelled))).Code);
    }

    [Fact]
    public async Task A_wrong_clock_is_one_sentence()
    {
        Amazon.AWSConfigs.ManualClockCorrection = TimeSpan.FromMinutes(20);
        try
        {
            Assert.Equal("storage_clock_skewed", (await ProofFailsAsync(Open())).Code);
        }
        finally
        {
            Amazon.AWSConfigs.ManualClockCorrection = null;
        }
    }

    [Fact]
    public async Task A_bucket_that_is_gone_later_is_named()
    {
        var (name, body) = ($"gone-{Guid.CreateVersion7():N}", Body(5));
        var store = Open(o => o.Bucket = name);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(NewKey(), new MemoryStream(body), About(body), Cancelled));

        Assert.Equal(("storage_write_failed", StorageFault.BucketMissing), (refusal.Code, refusal.Fault));
        // On connections of its own: the gateway answers a body before it has read it, and what is left of it may spoil the next request.
        Assert.Equal("storage_bucket_missing", (await Assert.ThrowsAsync<StorageException>(() => StorageChecks.LookAsync(Open(o => o.Bucket = name), Cancelled))).Code);
    }

    [Fact]
    public async Task A_link_shows_its_object_as_told_and_nothing_else()
    {
        var (key, other, body) = (NewKey(), NewKey(), Body(100));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);
        await Store.PutAsync(other, new MemoryStream(body), About(body), Cancelled);
        using var client = _store!.Connections.Client();
        var link = Store.SignGet(key, TimeSpan.FromMinutes(5), "a \"b\".jpg", "application/octet-stream");

        using var answer = await client.GetAsync(link, Cancelled);

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("attachment", true), (answer.Content.Headers.ContentDisposition?.DispositionType, answer.Headers.CacheControl?.NoStore));
        foreach (var wrong in new[]
        {
            link.AbsoluteUri.Replace(key.Text, other.Text, StringComparison.Ordinal), link.AbsoluteUri[..^1] + (link.AbsoluteUri[^1] == '0' ? '1' : '0'),
            Store.SignGet(key, TimeSpan.FromSeconds(-30), fileName: null, "image/jpeg").AbsoluteUri, _store.Address(key.Text).AbsoluteUri,
        })
        {
            using var refused = await client.GetAsync(new Uri(wrong), Cancelled);
            Assert.Equal(403, (int)refused.StatusCode);
        }
    }

    [Fact]
    public async Task What_is_stored_says_that_nobody_may_keep_a_copy()
    {
        var (key, body) = (NewKey(), Body(10));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);

        var head = await _store!.Client.GetObjectMetadataAsync(_store.Options.Bucket, key.Text, Cancelled);

        Assert.Equal("no-store, private", head.Headers.CacheControl);
    }

    [Fact]
    public async Task A_list_goes_on_over_its_pages()
    {
        var owner = Guid.CreateVersion7();
        var body = Body(1);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1005), Cancelled, async (_, token) => await Store.PutAsync(NewKey(owner), new MemoryStream(body), About(body), token));

        Assert.Equal(1005, (await Store.ListAsync($"tenants/{Tenant}/assets/{owner}/", Cancelled).Select(f => f.Key).ToHashSetAsync(StringComparer.Ordinal, Cancelled)).Count);
    }
}

/// <summary>Ceph's gateway in the clear.</summary>
[Collection(nameof(Ceph)), Trait("Tier", "Full")]
public sealed class KeepingInCeph(Ceph ceph) : KeepingInBuckets(ceph)
{
    private protected override StorageOptions Settings() => new()
    {
        Endpoint = Ceph.Plain.ToString(),
        Region = "auto",
        Bucket = "photos",
        AccessKey = Ceph.AccessKey,
        SecretKey = Ceph.SecretKey,
        PathStyleFlag = "true",
        Encryption = "off",
        AllowedHostList = "127.0.0.1",
    };

    [Fact]
    public async Task A_server_that_is_away_is_said_so_and_works_again_when_it_is_back()
    {
        var (key, body) = (NewKey(), Body(10));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);
        await Ceph.StopGatewayAsync();
        try
        {
            var refusal = await Assert.ThrowsAsync<StorageException>(() => Store.OpenReadAsync(key, range: null, Cancelled));
            Assert.Equal(("storage_read_failed", StorageFault.Unavailable), (refusal.Code, refusal.Fault));
            var looked = await Assert.ThrowsAsync<StorageException>(() => StorageChecks.LookAsync(Store, Cancelled));
            Assert.Equal(("storage_unreachable", false), (looked.Code, StorageChecks.IsWrongSetting(looked.Fault)));
        }
        finally
        {
            await Ceph.StartGatewayAsync();
        }

        Assert.Equal(body, await ReadAsync(await Store.OpenReadAsync(key, range: null, Cancelled)));
    }

    [Fact]
    public async Task Over_its_quota_it_is_full_and_still_reads_and_deletes()
    {
        var (key, body) = (NewKey(), Body(50_000));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);
        await Ceph.LimitAsync(4096);
        try
        {
            var refusal = await Assert.ThrowsAsync<StorageException>(() => Store.PutAsync(NewKey(), new MemoryStream(body), About(body), Cancelled));
            Assert.Equal(("storage_write_failed", StorageFault.Full), (refusal.Code, refusal.Fault));
            Assert.Equal(body, await ReadAsync(await Store.OpenReadAsync(key, range: null, Cancelled)));
            await Store.DeleteAsync(key, Cancelled);
        }
        finally
        {
            await Ceph.LimitAsync(-1);
        }
    }

    [Fact]
    public async Task A_body_that_stalls_or_is_cut_is_an_error_of_the_storage()
    {
        var (key, body) = (NewKey(), Body(4_000_000));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);
        await using var proxy = new BreakingProxy(Ceph.Plain.Port, breakAfter: 1_000_000);
        var store = Open(o => o.Endpoint = $"http://127.0.0.1:{proxy.Port}");

        var refusal = await Assert.ThrowsAsync<StorageException>(async () => await ReadAsync(await store.OpenReadAsync(key, range: null, Cancelled)));

        Assert.Equal(("storage_read_failed", StorageFault.Unavailable), (refusal.Code, refusal.Fault));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_at_the_start()
    {
        await using var proxy = new BreakingProxy(Ceph.Plain.Port, breakAfter: null);

        Assert.Equal("storage_too_slow", (await ProofFailsAsync(Open(o => o.Endpoint = $"http://127.0.0.1:{proxy.Port}"))).Code);
    }

    [Fact]
    public async Task A_private_address_that_nobody_allowed_is_not_connected_to() =>
        Assert.Equal("storage_address_private", (await ProofFailsAsync(Open(o => o.AllowedHostList = "objects"))).Code);
}

/// <summary>The same server as strict as Cloudflare R2, over TLS.</summary>
[Collection(nameof(Ceph)), Trait("Tier", "Full")]
[Trait("FieldCase", "STO-01")]
public sealed class KeepingWhereR2Refuses(Ceph ceph) : KeepingInBuckets(ceph)
{
    private protected override StorageOptions Settings() => new()
    {
        Endpoint = Ceph.Strict.ToString(),
        Region = "auto",
        Bucket = "strict",
        AccessKey = Ceph.AccessKey,
        SecretKey = Ceph.SecretKey,
        PathStyleFlag = "true",
        Encryption = "off",
        AllowedHostList = "localhost",
    };

    [Fact]
    public async Task Another_region_is_one_sentence() => Assert.Equal("storage_region_wrong", (await ProofFailsAsync(Open(o => o.Region = "us-east-1"))).Code);

    [Fact]
    public async Task What_the_client_sends_by_itself_is_refused_there()
    {
        using var client = new Amazon.S3.AmazonS3Client(
            new Amazon.Runtime.BasicAWSCredentials(Ceph.AccessKey, Ceph.SecretKey),
            new Amazon.S3.AmazonS3Config { ServiceURL = Ceph.Strict.ToString(), AuthenticationRegion = "auto", ForcePathStyle = true, HttpClientFactory = Open().Connections });

        var refusal = await Assert.ThrowsAsync<Amazon.S3.AmazonS3Exception>(() => client.PutObjectAsync(new PutObjectRequest { BucketName = "strict", Key = "x", ContentBody = "x" }, Cancelled));

        Assert.Equal(501, (int)refusal.StatusCode);
    }
}
