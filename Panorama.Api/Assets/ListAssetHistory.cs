using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;

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
        string id, [FromQuery] string? limit, [FromQuery] string? cursor, HttpContext context, TenantSession session, CancellationToken cancellationToken)
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

        if (!Guid.TryParseExact(id, "D", out var assetId) || await ReadAsync(session, assetId, after?.Id, afterAt, take + 1, cancellationToken) is not { } rows)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        var page = rows.Take(take).ToList();
        var next = rows.Count > take ? new Cursor(Order, InstantConverter.Format(page[^1].At), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<AssetHistoryItem>(page, next));
    }

    /// <summary>Null when this tenant has no such asset. One round trip, which ends the transaction.</summary>
    private static async Task<List<AssetHistoryItem>?> ReadAsync(
        TenantSession session, Guid assetId, Guid? afterId, DateTime? afterAt, int take, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch
        {
            BatchCommands =
            {
                new("select from assets where id = $1") { Parameters = { Statement.Uuid(assetId) } },
                new(afterId is null ? Rows("") : Rows(" and (occurred_at, id) < ($3, $4)")) { Parameters = { Statement.Text(assetId.ToString()), Statement.Int(take) } },
            },
        };
        if (afterId is { } lastId && afterAt is { } at)
        {
            batch.BatchCommands[1].Parameters.Add(Statement.Instant(new DateTimeOffset(at, TimeSpan.Zero)));
            batch.BatchCommands[1].Parameters.Add(Statement.Uuid(lastId));
        }

        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        await reader.NextResultAsync(cancellationToken);
        var items = new List<AssetHistoryItem>();
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(Item(reader));
        }

        return items;
    }

    // The audit keeps ids alone, names change: they are read with the page.
    private static string Rows(string after) =>
        $$"""
        select e.id, e.occurred_at, e.action, e.actor_user_id, actor.display_name, e.resource_type, e.resource_id, e.metadata::text,
          e.metadata ? 'targetType', coalesce(person.display_name, place.name, other.tag)
        from (
          select id, tenant_id, occurred_at, action, actor_user_id, resource_type, resource_id, metadata,
            case when metadata ->> 'targetId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (metadata ->> 'targetId')::uuid end as target
          from audit_events where resource_type = 'asset' and resource_id = $1{{after}}
          order by occurred_at desc, id desc limit $2) e
        left join users actor on actor.id = e.actor_user_id
        left join users person on e.metadata ->> 'targetType' = 'user' and person.id = e.target
        left join locations place on e.metadata ->> 'targetType' = 'location' and place.tenant_id = e.tenant_id and place.id = e.target
        left join assets other on e.metadata ->> 'targetType' = 'asset' and other.tenant_id = e.tenant_id and other.id = e.target
        order by e.occurred_at desc, e.id desc
        """;

    private static AssetHistoryItem Item(NpgsqlDataReader reader)
    {
        var data = JsonNode.Parse(reader.GetString(7))!.AsObject();
        if (reader.GetBoolean(8))
        {
            data["targetName"] = reader.TextOrNull(9);
        }

        return new AssetHistoryItem(
            reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.ValueOrNull<Guid>(3), reader.TextOrNull(4), reader.GetString(5),
            reader.TextOrNull(6), data);
    }
}
