using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Storage;

/// <summary>Writes where objects go from this start on, in the installation's own chain: never a path, a key or more of an address than its host.</summary>
public static class RecordObjectStorage
{
    public static async Task ExecuteAsync(
        NpgsqlDataSource database, StorageOptions options, ObjectStorageWatch watch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(watch);
        if (!options.IsS3 && !options.IsFilesystem)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, action, resource_type, resource_id, metadata)
            values ($1, $2, 'object_storage', $3, jsonb_strip_nulls(jsonb_build_object(
                'driver', $3, 'endpoint', nullif($4, ''), 'region', nullif($5, ''), 'bucket', nullif($6, ''), 'forcePathStyle', $7::boolean,
                'signedUrlTtlSeconds', $8::integer, 'delivery', $9, 'encryption', $10, 'access', $11)))
            """,
            cancellationToken, Uuid(Guid.CreateVersion7(now)), Text(AuditActions.ObjectStorageConfigured), Text(options.IsS3 ? "s3" : "filesystem"),
            Text(options.IsS3 ? options.EndpointHost : ""), Text(options.IsS3 ? options.Region : ""), Text(options.IsS3 ? options.Bucket ?? "" : ""),
            Text(options.IsPathStyle ? "true" : "false"), Text(((int)options.Lifetime.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture)), Text(options.Delivery),
            Text(Name(watch.Encryption)), Text(watch.IsProven ? "private" : "not_verified"));
    }

    private static string Name(StoreEncryption encryption) => encryption switch
    {
        StoreEncryption.Confirmed => "confirmed",
        StoreEncryption.BucketDefault => "bucket_default",
        StoreEncryption.Asked => "asked",
        _ => "not_asked",
    };
}
