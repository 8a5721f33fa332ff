using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;

namespace Panorama.Core.Assets;

/// <summary>
/// Makes and edits assets: checks what a person wrote against the organisation's catalogue, keeps the search and the side table of custom values right,
/// and writes the audit line. Works in the transaction and tenant of its context; the caller has locked the row it edits.
/// </summary>
/// <param name="actorUserId">Who makes or edits.</param>
public sealed class AssetEditor(PanoramaDbContext db, Guid actorUserId)
{
    /// <summary>Times a number is drawn again because somebody took the tag by hand in between.</summary>
    private const int MaxDraws = 5;

    /// <summary>Makes an asset, ready for use unless its label says otherwise.</summary>
    public async Task<(Asset? Asset, IReadOnlyList<AssetRefusal> Refusals)> CreateAsync(
        Guid tenantId, AssetValues wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        wanted = wanted.Trimmed();
        var asset = new Asset
        {
            Id = Guid.CreateVersion7(now),
            TenantId = tenantId,
            ModelId = wanted.ModelId,
            Tag = wanted.Tag ?? "",
            Name = wanted.Name ?? wanted.Tag ?? "",
            SearchText = "",
            CreatedAt = now,
            UpdatedAt = now,
        };
        var check = new AssetCheck(db, asset, wanted, isNew: true);
        await check.RunAsync(cancellationToken);
        if (check.Refusals.Count > 0)
        {
            return (null, check.Refusals);
        }

        for (var draw = 1; ; draw++)
        {
            if (wanted.Tag is null)
            {
                asset.Tag = await AssetNumbers.NextAsync(db, tenantId, cancellationToken);
            }

            asset.Name = wanted.Name ?? asset.Tag;
            check.Apply(now);
            db.Add(asset);
            db.Add(AuditEvent.About(AuditActions.AssetCreated, "asset", asset.Id, now));
            db.Add(OutboxMessage.Of(new AssetCreated(asset.Id), tenantId, actorUserId, now));
            var refusal = await SaveAsync(check, cancellationToken);
            if (refusal is null)
            {
                return (asset, []);
            }

            db.ChangeTracker.Clear();
            if (wanted.Tag is not null || refusal.Code != AssetRefusal.TagTaken || draw == MaxDraws)
            {
                return (null, [refusal]);
            }
        }
    }

    /// <summary>Writes what differs from <paramref name="wanted"/>; when nothing does, nothing is written and the version stays.</summary>
    /// <param name="asset">Tracked, locked, in the version that the person saw.</param>
    /// <param name="wanted">All values as they shall be: <see cref="AssetValues.Of"/> with some replaced.</param>
    public Task<IReadOnlyList<AssetRefusal>> UpdateAsync(Asset asset, AssetValues wanted, DateTimeOffset now, CancellationToken cancellationToken) =>
        UpdateAsync(new AssetCheck(db, asset, wanted.Trimmed(), isNew: false), asset, now, cancellationToken);

    /// <summary>Writes what was filled in when an asset was lent or taken back, as an edit of these fields; every required one must have a value then.</summary>
    /// <param name="asset">Tracked and locked.</param>
    /// <param name="fields">By id; null where nothing was sent.</param>
    public Task<IReadOnlyList<AssetRefusal>> FillInAsync(
        Asset asset, IReadOnlyDictionary<Guid, JsonElement>? fields, CustomFieldMoment moment, DateTimeOffset now, CancellationToken cancellationToken) =>
        UpdateAsync(new AssetCheck(db, asset, AssetValues.Of(asset) with { CustomFields = fields }, isNew: false, moment), asset, now, cancellationToken);

    private async Task<IReadOnlyList<AssetRefusal>> UpdateAsync(AssetCheck check, Asset asset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await check.RunAsync(cancellationToken);
        if (check.Refusals.Count > 0)
        {
            return check.Refusals;
        }

        check.Apply(now);
        if (check.Changes.Count == 0)
        {
            return [];
        }

        asset.Version++;
        asset.UpdatedAt = now;
        db.Add(AuditEvent.About(AuditActions.AssetUpdated, "asset", asset.Id, now, new { changed = check.Changes }));
        db.Add(OutboxMessage.Of(new AssetUpdated(asset.Id), asset.TenantId, actorUserId, now));
        return await SaveAsync(check, cancellationToken) is { } refusal ? [refusal] : [];
    }

    // Constraints decide races, not the checks before them.
    private async Task<AssetRefusal?> SaveAsync(AssetCheck check, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exception) when (exception.Violates(Asset.LiveTagKey))
        {
            return new AssetRefusal(AssetRefusal.TagTaken);
        }
        catch (DbUpdateException exception) when (exception.Violates(CustomValue.UniqueKey))
        {
            // Its detail, which would name the field, is off: it holds values of rows. What was committed meanwhile is seen now.
            if (await check.FindTakenAsync(cancellationToken) is { } taken)
            {
                return taken;
            }

            throw;
        }
    }
}
