using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <param name="Rejected">The action for what is refused.</param>
/// <param name="Failed">The action for what cannot be read or stored.</param>
/// <param name="ResourceId">Null where it has no place in the history of what the file was for.</param>
internal sealed record RefusedUpload(string Rejected, string Failed, string ResourceType, Guid? ResourceId, Guid AssetId, Guid? InspectionId = null)
{
    public UploadCollision? Collision { get; init; }

    /// <summary><c>user</c> or <c>tenant</c>: whose uploads of this hour are too many.</summary>
    public string? Bucket { get; init; }

    /// <summary>The kind of exception that kept the file from being read or stored; its words may quote the file and are not kept.</summary>
    public string? ErrorClass { get; init; }
}

/// <param name="IncomingSha256">Of the file as it was sent; null when it was not read.</param>
internal sealed record UploadCollision(string? IncomingSha256, Guid ExistingUploadedByUserId);

/// <summary>
/// A line for an upload that was refused, in a transaction of its own: once a minute for each person and reason, or refusals would be a cheap way to fill the
/// audit trail. They have no place in the history of the asset.
/// </summary>
internal sealed partial class UploadAudit(TimeProvider clock, ILogger<UploadAudit> logger)
{
    private const int Most = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    // What is wrong with a form is the sender's program's matter; what is not here is not audited.
    private static readonly Dictionary<string, (bool IsProcessing, string Reason)> Reasons = new(StringComparer.Ordinal)
    {
        [Problems.RateLimited.Code] = (false, "rate_limited"),
        [Problems.AssetPhotoCapReached.Code] = (false, "cap_reached"),
        [Problems.AssetDocumentCapReached.Code] = (false, "cap_reached"),
        [Problems.InspectionPhotoCapReached.Code] = (false, "cap_reached"),
        [Problems.UnsupportedMediaType.Code] = (false, "unsupported_type"),
        [Problems.UploadKeyCollision.Code] = (false, "upload_key_collision"),
        [Problems.PhotoTooLargePixels.Code] = (true, "limit_input_pixels"),
        [Problems.PhotoNeedsMemory.Code] = (true, "limit_memory"),
        [Problems.PhotoProcessingFailed.Code] = (true, "processing_failed"),
        [Problems.StorageWriteFailed.Code] = (true, "storage_write_failed"),
        [Problems.StorageFull.Code] = (true, "storage_full"),
    };

    private readonly ConcurrentDictionary<(Guid User, string Reason), long> _written = new();

    public async Task WriteAsync(TenantSession session, Actor actor, byte[] token, RefusedUpload refused, ProblemDetails problem, CancellationToken cancellationToken)
    {
        if (Extension(problem, "code") is not string code || !Reasons.TryGetValue(code, out var known) || IsTooSoon(actor.UserId, known.Reason))
        {
            return;
        }

        try
        {
            if (await session.OpenAsync(token, cancellationToken) != actor)
            {
                return;
            }

            await session.Connection.ExecuteAsync(
                "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, $2, $3, $4, $5)", cancellationToken,
                Statement.Uuid(Guid.CreateVersion7(clock.GetUtcNow())), Statement.Text(known.IsProcessing ? refused.Failed : refused.Rejected), Statement.Text(refused.ResourceType),
                Statement.Text(refused.ResourceId?.ToString()), Statement.Json(Metadata(known.IsProcessing ? refused : refused with { ErrorClass = null }, known.Reason, problem)));
            await session.CommitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            await session.RollbackAsync();
            LogUnwritten(logger, known.Reason, exception.Message);
        }
    }

    private bool IsTooSoon(Guid user, string reason)
    {
        if (_written.Count >= Most)
        {
            _written.Clear(); // costs one line more for each
        }

        var now = clock.GetTimestamp();
        return _written.AddOrUpdate((user, reason), now, (_, last) => clock.GetElapsedTime(last, now) < Window ? last : now) != now;
    }

    private static object? Extension(ProblemDetails problem, string name) => problem.Extensions.TryGetValue(name, out var value) ? value : null;

    private static string Metadata(RefusedUpload refused, string reason, ProblemDetails problem)
    {
        var args = Extension(problem, "args") as IReadOnlyDictionary<string, object?>;
        return JsonSerializer.Serialize(
            new
            {
                assetId = refused.AssetId,
                inspectionId = refused.InspectionId,
                reason,
                cap = args?.GetValueOrDefault("cap"),
                detectedMime = args?.GetValueOrDefault("detected"),
                pixels = args?.GetValueOrDefault("pixels"),
                errorClass = refused.ErrorClass,
                bucket = refused.Bucket,
                retryAfterSeconds = Extension(problem, "retryAfterSeconds"),
                incomingSha256 = refused.Collision?.IncomingSha256,
                existingUploadedByUserId = refused.Collision?.ExistingUploadedByUserId,
            },
            Compact);
    }

    [LoggerMessage(1207, LogLevel.Error, "That an upload was refused ({Reason}) could not be audited: {Problem}")]
    private static partial void LogUnwritten(ILogger logger, string reason, string problem);
}
