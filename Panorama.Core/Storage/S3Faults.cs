using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace Panorama.Core.Storage;

/// <summary>What a store's refusals mean. Of the answer only its status and the name of its error are kept: texts and headers hold names of keys.</summary>
internal static class S3Faults
{
    public static StorageException From(Exception exception, string code)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is StorageException known)
            {
                return new(code, known.Fault, known.Sentence);
            }
        }

        return exception switch
        {
            AmazonServiceException answer when (int)answer.StatusCode > 0 => Answered(answer, code),
            OperationCanceledException or TimeoutException => new(code, StorageFault.TooSlow, "The storage did not answer in time."),
            _ => new(code, StorageFault.Unavailable, $"The storage cannot be reached ({exception.GetBaseException().GetType().Name})."),
        };
    }

    public static bool IsMissing(AmazonS3Exception exception) => exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode is not "NoSuchBucket";

    private static StorageException Answered(AmazonServiceException answer, string code)
    {
        var status = (int)answer.StatusCode;
        var name = answer.ErrorCode is { Length: > 0 and <= 64 } error && error.All(char.IsAsciiLetterOrDigit) ? error : "";
        var fault = name switch
        {
            "NoSuchBucket" => StorageFault.BucketMissing,
            "RequestTimeTooSkewed" or "RequestExpired" or "RequestInTheFuture" => StorageFault.ClockSkewed,
            "AuthorizationHeaderMalformed" or "PermanentRedirect" or "TemporaryRedirect" or "IllegalLocationConstraintException" or "InvalidLocationConstraint" or "InvalidRegionName"
                => StorageFault.WrongRegion,
            "QuotaExceeded" or "ServiceQuotaExceeded" or "InsufficientStorage" or "XMinioStorageFull" or "StorageFull" => StorageFault.Full,
            "NotImplemented" => StorageFault.Unsupported,
            _ => status switch
            {
                401 or 403 => StorageFault.Denied,
                507 => StorageFault.Full,
                501 => StorageFault.Unsupported,
                >= 300 and < 400 => StorageFault.WrongRegion,
                _ => StorageFault.Unavailable,
            },
        };
        return new(code, fault, $"{Sentence(fault)} ({status}{(name.Length > 0 ? " " : "")}{name}).");
    }

    private static string Sentence(StorageFault fault) => fault switch
    {
        StorageFault.BucketMissing => "There is no bucket of the name in S3_BUCKET_PHOTOS, and the key pair may not make one",
        StorageFault.ClockSkewed => "The clock of this machine and the storage's differ too much; set the clock",
        StorageFault.WrongRegion => "The storage is in another region than S3_REGION says, or at another address than S3_ENDPOINT",
        StorageFault.Full => "The storage is full or over its quota",
        StorageFault.Denied => "The storage refuses the pair of S3_ACCESS_KEY and S3_SECRET_KEY, or its rights to the bucket",
        StorageFault.Unsupported => "The storage does not know what it was asked for; where that is encryption, S3_SERVER_SIDE_ENCRYPTION=off does without",
        _ => "The storage cannot do it now",
    };
}
