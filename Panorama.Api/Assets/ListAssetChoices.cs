using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Assets;

/// <summary>What the list of assets can be narrowed to, by name; the first 200 of each, archived ones left out.</summary>
public sealed record AssetChoices(IReadOnlyList<AssetChoice> Categories, IReadOnlyList<AssetChoice> Locations, IReadOnlyList<AssetChoice> StatusLabels);

/// <summary>A value of a filter.</summary>
public sealed record AssetChoice(Guid Id, string Name);

/// <summary>The form of filters in one round trip: it is read with every page of the list.</summary>
internal static class ListAssetChoices
{
    private static readonly string[] _tables = ["categories", "locations", "status_labels"];

    public static async Task<Ok<AssetChoices>> Handle(TenantSession session, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch();
        foreach (var table in _tables)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"select id, name from {table} where archived_at is null order by name, id limit 200"));
        }

        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        return TypedResults.Ok(new AssetChoices(await ReadAsync(), await ReadAsync(), await ReadAsync()));

        async Task<List<AssetChoice>> ReadAsync()
        {
            var choices = new List<AssetChoice>();
            while (await reader.ReadAsync(cancellationToken))
            {
                choices.Add(new AssetChoice(reader.GetGuid(0), reader.GetString(1)));
            }

            await reader.NextResultAsync(cancellationToken);
            return choices;
        }
    }
}
