using System.Globalization;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Panorama.Core.Storage;

/// <summary>How what is stored is encrypted at rest.</summary>
public enum StoreEncryption
{
    /// <summary>Asked for with each object; whether the store does is not known yet.</summary>
    Asked,

    /// <summary>Asked for with each object, and the store says that it does.</summary>
    Confirmed,

    /// <summary>By the bucket's own setting, or always as R2 does.</summary>
    BucketDefault,

    /// <summary>By S3_SERVER_SIDE_ENCRYPTION, or because the disk below is somebody else's matter.</summary>
    NotAsked,
}

/// <summary>A bucket of Amazon S3, Cloudflare R2, or another server of that protocol.</summary>
internal sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private const int Attempts = 3;
    private const string ShaName = "sha256";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly AmazonS3Client _signer;
    private readonly TimeProvider _clock;
    private readonly bool _isHttps;

    /// <param name="connections">Owned by whoever made them.</param>
    public S3ObjectStore(StorageOptions options, GuardedConnections connections, TimeProvider clock)
    {
        (Options, Connections, _clock) = (options, connections, clock);
        _isHttps = options.Endpoint is null || options.Endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        Client = Connect(options, options.Endpoint, connections);
        _signer = options.PublicEndpoint is { } browsers ? Connect(options, browsers, connections) : Client;
        Encryption = options.Encryption == "off" ? StoreEncryption.NotAsked
            : options.Endpoint is { } endpoint && EndpointGuard.IsR2(new Uri(endpoint)) ? StoreEncryption.BucketDefault
            : StoreEncryption.Asked;
    }

    public StoreCapabilities Capabilities { get; } = new("s3", CanSign: true);

    internal StorageOptions Options { get; }

    internal AmazonS3Client Client { get; }

    internal GuardedConnections Connections { get; }

    internal StoreEncryption Encryption { get; set; }

    public Task PutAsync(ObjectKey key, Stream body, ObjectContent content, CancellationToken cancellationToken) =>
        PutAsync(key.Text, body, content, cancellationToken);

    /// <returns>Whether the store says that it encrypted the object.</returns>
    internal async Task<bool> PutAsync(string key, Stream body, ObjectContent content, CancellationToken cancellationToken)
    {
        content.Check();
        body.Position = 0;
        await using var source = new CheckedBody(body, content);
        var request = new PutObjectRequest
        {
            BucketName = Options.Bucket,
            Key = key,
            InputStream = source,
            AutoCloseStream = false,
            ContentType = content.ContentType,
            UseChunkEncoding = false,
            DisablePayloadSigning = _isHttps,
            ChecksumSHA256 = Convert.ToBase64String(content.Sha256.Span),
            ServerSideEncryptionMethod = Encryption is StoreEncryption.Asked or StoreEncryption.Confirmed ? ServerSideEncryptionMethod.AES256 : null,
        };
        request.Headers.CacheControl = "private, no-store";
        request.Headers.ContentLength = content.Length;
        request.Metadata[ShaName] = content.HexSha256;
        try
        {
            // What a slow line needs, and an end for a store that takes bytes and never answers.
            var answer = await WithinAsync(Patience + TimeSpan.FromSeconds(content.Length / (256 * 1024)), token => Client.PutObjectAsync(request, token), cancellationToken);
            return answer.ServerSideEncryptionMethod is { Value.Length: > 0 };
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            throw source.IsWrong ? new StorageException(StorageException.WriteFailed, StorageFault.Damaged, "The body is not the one that was announced.")
                : S3Faults.From(exception, StorageException.WriteFailed);
        }
    }

    public async Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancellationToken)
    {
        if (range is { Length: <= 0 })
        {
            return await HeadAsync(key, cancellationToken) is { } empty ? new StoredObject(empty, Stream.Null, 0) : null;
        }

        var request = new GetObjectRequest { BucketName = Options.Bucket, Key = key.Text };
        if (range is not null)
        {
            request.ByteRange = range.Length is { } length && length <= long.MaxValue - range.From
                ? new Amazon.S3.Model.ByteRange(range.From, range.From + length - 1)
                : new Amazon.S3.Model.ByteRange(string.Create(CultureInfo.InvariantCulture, $"bytes={range.From}-"));
        }

        try
        {
            var answer = await WithinAsync(Patience, token => Client.GetObjectAsync(request, token), cancellationToken);
            var head = new ObjectHead(
                Whole(answer.ContentRange) ?? answer.ContentLength, answer.Headers.ContentType, answer.Metadata[ShaName], answer.LastModified?.ToUniversalTime() ?? DateTimeOffset.MinValue);
            return new StoredObject(head, new StoredBody(answer.ResponseStream, answer.ContentLength, answer, Patience, _clock), answer.ContentLength);
        }
        catch (AmazonS3Exception exception) when (S3Faults.IsMissing(exception))
        {
            return null;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await HeadAsync(key, cancellationToken) is { } head ? new StoredObject(head, Stream.Null, 0) : null;
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            throw S3Faults.From(exception, StorageException.ReadFailed);
        }
    }

    public async Task<ObjectHead?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await WithinAsync(Patience, token => Client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Options.Bucket, Key = key.Text }, token), cancellationToken);
            return new ObjectHead(answer.ContentLength, answer.Headers.ContentType, answer.Metadata[ShaName], answer.LastModified?.ToUniversalTime() ?? DateTimeOffset.MinValue);
        }
        catch (AmazonS3Exception exception) when (S3Faults.IsMissing(exception))
        {
            return null;
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            throw S3Faults.From(exception, StorageException.ReadFailed);
        }
    }

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => DeleteAsync(key.Text, cancellationToken);

    internal async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await WithinAsync(Patience, token => Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Options.Bucket, Key = key }, token), cancellationToken);
        }
        catch (AmazonS3Exception exception) when (S3Faults.IsMissing(exception))
        {
            // Some servers answer so instead of 204.
        }
        catch (Exception exception) when (IsOurs(exception, cancellationToken))
        {
            throw S3Faults.From(exception, StorageException.DeleteFailed);
        }
    }

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Options.Bucket, Prefix = prefix };
        do
        {
            ListObjectsV2Response page;
            try
            {
                page = await WithinAsync(Patience, token => Client.ListObjectsV2Async(request, token), cancellationToken);
            }
            catch (Exception exception) when (IsOurs(exception, cancellationToken))
            {
                throw S3Faults.From(exception, StorageException.ReadFailed);
            }

            foreach (var found in page.S3Objects ?? [])
            {
                yield return new ListedObject(found.Key, found.Size ?? 0, found.LastModified?.ToUniversalTime() ?? DateTimeOffset.MinValue);
            }

            request.ContinuationToken = page.IsTruncated is true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public Uri SignGet(ObjectKey key, TimeSpan lifetime, string? fileName, string contentType)
    {
        try
        {
            return Sign(_signer, Options.PublicEndpoint ?? Options.Endpoint, key.Text, lifetime, new ResponseHeaderOverrides
            {
                ContentType = contentType,
                ContentDisposition = fileName is null ? "inline" : new ContentDisposition { FileName = Plain(fileName) }.ToString(),
                CacheControl = "private, no-store",
            });
        }
        catch (AmazonClientException exception)
        {
            throw S3Faults.From(exception, StorageException.PresignFailed);
        }
    }

    /// <summary>Address of an object as the services reach it, without a signature.</summary>
    internal Uri Address(string key) => new UriBuilder(Sign(Client, Options.Endpoint, key, TimeSpan.FromMinutes(1), headers: null)) { Query = "" }.Uri;

    public void Dispose()
    {
        Client.Dispose();
        _signer.Dispose();
    }

    internal static async Task<T> WithinAsync<T>(TimeSpan patience, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        return await work(limit.Token);
    }

    internal static bool IsOurs(Exception exception, CancellationToken cancellationToken) =>
        exception is not StorageException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private Uri Sign(AmazonS3Client client, string? endpoint, string key, TimeSpan lifetime, ResponseHeaderOverrides? headers)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = Options.Bucket,
            Key = key,
            Verb = HttpVerb.GET,
            Expires = _clock.GetUtcNow().UtcDateTime + lifetime,
            Protocol = endpoint?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is true ? Protocol.HTTP : Protocol.HTTPS,
        };
        if (headers is not null)
        {
            request.ResponseHeaderOverrides = headers;
        }

        return new Uri(client.GetPreSignedURL(request));
    }

    private static AmazonS3Client Connect(StorageOptions options, string? endpoint, GuardedConnections connections)
    {
        var config = new AmazonS3Config
        {
            HttpClientFactory = connections,
            AllowAutoRedirect = false,
            MaxErrorRetry = Attempts - 1,
            RetryMode = RequestRetryMode.Standard,
            ForcePathStyle = options.IsPathStyle,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // R2 and others know no trailers
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = options.Region;
        }

        return new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    private static string Plain(string name) => string.Concat(name.Select(c => c is < ' ' or > '~' or '"' or '\\' ? '_' : c));

    // bytes 0-99/1234
    private static long? Whole(string? range) => long.TryParse(range.AsSpan((range?.LastIndexOf('/') ?? -1) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
}
