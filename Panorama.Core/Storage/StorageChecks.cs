using Amazon.S3;
using Amazon.S3.Model;
using System.Security.Cryptography;

namespace Panorama.Core.Storage;

/// <summary>Whether a store can be used, and whether only we can.</summary>
internal static class StorageChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Stable name of what is wrong with a store as a whole.</summary>
    public static string Code(StorageFault fault) => fault switch
    {
        StorageFault.Denied => "storage_access_denied",
        StorageFault.BucketMissing => "storage_bucket_missing",
        StorageFault.WrongRegion => "storage_region_wrong",
        StorageFault.ClockSkewed => "storage_clock_skewed",
        StorageFault.Public => "storage_bucket_public",
        StorageFault.Private => "storage_address_private",
        StorageFault.Full => "storage_full",
        StorageFault.Unsupported => "storage_unsupported",
        StorageFault.TooSlow => "storage_too_slow",
        _ => "storage_unreachable",
    };

    /// <summary>Settings that are wrong, and not a store that is away for a while.</summary>
    public static bool IsWrongSetting(StorageFault fault) => fault is
        StorageFault.Denied or StorageFault.BucketMissing or StorageFault.WrongRegion or StorageFault.Public or StorageFault.Private or StorageFault.Unsupported;

    /// <summary>At start: makes the bucket, writes, looks whether strangers can read, deletes.</summary>
    /// <exception cref="StorageException">With one of the codes above.</exception>
    public static Task ProveAsync(IObjectStore store, TimeProvider clock, CancellationToken cancellationToken) => WithCodeAsync(store, async (s3, token) =>
    {
        if (s3.Options.Endpoint is { } endpoint)
        {
            await GuardedConnections.ResolveAsync(EndpointGuard.Host(new Uri(endpoint)), isTrusted: false, s3.Options.AllowedHosts, token);
        }

        await MakeBucketAsync(s3, token);
        await ReadEncryptionAsync(s3, token);
        var probe = $"panorama/probe-{Guid.CreateVersion7(clock.GetUtcNow()):N}";
        byte[] body = [.. "Panorama looks whether strangers can read this."u8];
        var isEncrypted = await s3.PutAsync(probe, new MemoryStream(body), new ObjectContent(body.Length, SHA256.HashData(body), "text/plain"), token);
        try
        {
            await RefuseStrangersAsync(s3, probe, token);
        }
        finally
        {
            await s3.DeleteAsync(probe, CancellationToken.None);
        }

        if (s3.Encryption == StoreEncryption.Asked && isEncrypted)
        {
            s3.Encryption = StoreEncryption.Confirmed;
        }
    }, cancellationToken);

    /// <summary>Later on: one small request.</summary>
    /// <exception cref="StorageException">With one of the codes above.</exception>
    public static Task LookAsync(IObjectStore store, CancellationToken cancellationToken) => WithCodeAsync(store, (s3, token) => ListOneAsync(s3, token), cancellationToken);

    private static async Task WithCodeAsync(IObjectStore store, Func<S3ObjectStore, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            switch (store)
            {
                case FileObjectStore files:
                    await Task.Run(files.Probe, limit.Token);
                    break;
                case S3ObjectStore s3:
                    await work(s3, limit.Token);
                    break;
            }
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            var fault = S3Faults.From(exception, "");
            throw new StorageException(Code(fault.Fault), fault.Fault, fault.Sentence);
        }
    }

    private static async Task MakeBucketAsync(S3ObjectStore s3, CancellationToken cancellationToken)
    {
        try
        {
            await ListOneAsync(s3, cancellationToken);
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchBucket")
        {
            try
            {
                await s3.Client.PutBucketAsync(new PutBucketRequest { BucketName = s3.Options.Bucket, UseClientRegion = s3.Options.Endpoint is null }, cancellationToken);
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode is "BucketAlreadyOwnedByYou")
            {
                // Another process was faster.
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == System.Net.HttpStatusCode.Forbidden)
            {
                throw missing;
            }
        }
    }

    private static Task<ListObjectsV2Response> ListOneAsync(S3ObjectStore s3, CancellationToken cancellationToken) =>
        s3.Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = s3.Options.Bucket, MaxKeys = 1 }, cancellationToken);

    // A key pair for objects alone may not ask; then it is asked for with each object.
    private static async Task ReadEncryptionAsync(S3ObjectStore s3, CancellationToken cancellationToken)
    {
        if (s3.Encryption != StoreEncryption.Asked)
        {
            return;
        }

        try
        {
            var answer = await s3.Client.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = s3.Options.Bucket }, cancellationToken);
            if (answer.ServerSideEncryptionConfiguration?.ServerSideEncryptionRules?.Exists(r => r.ServerSideEncryptionByDefault?.ServerSideEncryptionAlgorithm is { Value.Length: > 0 }) is true)
            {
                s3.Encryption = StoreEncryption.BucketDefault;
            }
        }
        catch (AmazonS3Exception)
        {
        }
    }

    private static async Task RefuseStrangersAsync(S3ObjectStore s3, string probe, CancellationToken cancellationToken)
    {
        using var stranger = s3.Connections.Client();
        var address = s3.Address(probe);
        var bucket = new Uri(address.AbsoluteUri[..^probe.Length] + "?list-type=2&max-keys=1");
        foreach (var wanted in new[] { address, bucket })
        {
            using var answer = await stranger.GetAsync(wanted, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                throw new StorageException("", StorageFault.Public, "Anybody can read the bucket of S3_BUCKET_PHOTOS; make it private.");
            }
        }
    }
}
