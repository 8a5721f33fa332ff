using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

/// <summary>One thing that happened to an asset.</summary>
/// <param name="Action">Of the audit, such as `panorama.asset.checked_out`.</param>
/// <param name="ActorName">Null when the system acted.</param>
/// <param name="Data">What the audit keeps of it; custody has the name of who or what it went to as `targetName`.</param>
public sealed record AssetHistoryItem(
    Guid Id, DateTimeOffset At, string Action, Guid? ActorUserId, string? ActorName, string ResourceType, string? ResourceId, JsonObject Data);

internal static class ListAssetHistory
{
    private const string Order = "history";

    /// <param name="id">Of the asset.</param>
    /// <param name="limit">1 to 200, 50 when absent.</param>
    /// <param name="cursor">`nextCursor` of the page before.</param>
    public static async Task<Results<Ok<Page<AssetHistoryItem>>, ProblemHttpResult>> Handle(
        string id, [FromQuery] string? limit, [FromQuery] string? cursor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(cursor, Order);
        var afterAt = after is null ? null : AssetSort.CreatedAt.Parse(after.Key) as DateTime?;
        if (after is not null && afterAt is null)
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var assetId) || !await db.Assets.AnyAsync(a => a.Id == assetId, cancellationToken))
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        var rows = await ReadAsync(db, assetId, after?.Id, afterAt, take + 1, cancellationToken);
        var page = rows.Take(take).ToList();
        await NameTargetsAsync(db, page, cancellationToken);
        var next = rows.Count > take ? new Cursor(Order, InstantConverter.Format(page[^1].At), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<AssetHistoryItem>(page, next));
    }

    private static async Task<List<AssetHistoryItem>> ReadAsync(
        PanoramaDbContext db, Guid assetId, Guid? afterId, DateTime? afterAt, int take, CancellationToken cancellationToken)
    {
        var resource = assetId.ToString();
        var events = db.AuditEvents.AsNoTracking().Where(e => e.ResourceType == "asset" && e.ResourceId == resource);
        if (afterId is { } lastId && afterAt is { } at)
        {
            var lastAt = new DateTimeOffset(at, TimeSpan.Zero);
            events = events.Where(e => EF.Functions.LessThan(ValueTuple.Create(e.OccurredAt, e.Id), ValueTuple.Create(lastAt, lastId)));
        }

        var rows = await events.OrderByDescending(e => e.OccurredAt).ThenByDescending(e => e.Id).Take(take)
            .Select(e => new
            {
                e.Id,
                e.OccurredAt,
                e.Action,
                e.ActorUserId,
                ActorName = db.Users.Where(u => u.Id == e.ActorUserId).Select(u => u.DisplayName).FirstOrDefault(),
                e.ResourceType,
                e.ResourceId,
                e.Metadata,
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(r => new AssetHistoryItem(
                r.Id, r.OccurredAt, r.Action, r.ActorUserId, r.ActorName, r.ResourceType, r.ResourceId, JsonNode.Parse(r.Metadata)!.AsObject())),
        ];
    }

    // The audit keeps ids alone, names change: one query for the people of a page and one for its places.
    private static async Task NameTargetsAsync(PanoramaDbContext db, List<AssetHistoryItem> items, CancellationToken cancellationToken)
    {
        var targets = items.Select(i => (i.Data, Type: Text(i.Data, "targetType"), Id: Guid.TryParse(Text(i.Data, "targetId"), out var id) ? id : (Guid?)null))
            .Where(t => t is { Type: not null, Id: not null }).ToList();
        var people = targets.Where(t => t.Type == "user").Select(t => t.Id!.Value).Distinct().ToArray();
        var places = targets.Where(t => t.Type == "location").Select(t => t.Id!.Value).Distinct().ToArray();
        var names = new Dictionary<Guid, string>();
        if (people.Length > 0)
        {
            foreach (var user in await db.Users.Where(u => people.Contains(u.Id)).Select(u => new { u.Id, u.DisplayName }).ToListAsync(cancellationToken))
            {
                names[user.Id] = user.DisplayName;
            }
        }

        if (places.Length > 0)
        {
            foreach (var place in await db.Locations.Where(l => places.Contains(l.Id)).Select(l => new { l.Id, l.Name }).ToListAsync(cancellationToken))
            {
                names[place.Id] = place.Name;
            }
        }

        foreach (var (data, _, id) in targets)
        {
            data["targetName"] = names.GetValueOrDefault(id!.Value);
        }
    }

    private static string? Text(JsonObject data, string name) =>
        data[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
