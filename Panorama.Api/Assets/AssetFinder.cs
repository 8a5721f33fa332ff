using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

/// <summary>Finds the ids of a page in their order, and counts on the first page, in one round trip (two where a category is asked for).</summary>
internal sealed class AssetFinder(PanoramaDbContext db)
{
    private const int CountedUpTo = 10_000;

    // What asset_search gives at most.
    private const int SearchedUpTo = 201;

    public async Task<FoundAssets> FindAsync(AssetFilter filter, CancellationToken cancellationToken)
    {
        var models = await ReadModelsAsync(filter, cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var batch = new NpgsqlBatch(connection);
        var isFirst = filter.Cursor is null;
        batch.BatchCommands.Add(filter.IsSearch ? Search(filter, isFirst ? SearchedUpTo : filter.Limit + 1) : List(filter, models));
        if (isFirst && !filter.IsSearch)
        {
            batch.BatchCommands.Add(Count(filter, models));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = new List<FoundAsset>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new FoundAsset(reader.GetGuid(0), AssetSort.Text(Key(reader, filter.Sort))));
        }

        int? count = isFirst && filter.IsSearch ? rows.Count : null;
        if (isFirst && !filter.IsSearch)
        {
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            count = (int)reader.GetInt64(0);
        }

        var most = filter.IsSearch ? SearchedUpTo - 1 : CountedUpTo;
        return new FoundAssets(
            [.. rows.Take(filter.Limit)], rows.Count > filter.Limit, count <= most ? count : null, count > most ? count : null);
    }

    private static object Key(NpgsqlDataReader reader, AssetSort sort) => sort.Type switch
    {
        NpgsqlDbType.TimestampTz => reader.GetDateTime(1),
        NpgsqlDbType.Date => reader.GetFieldValue<DateOnly>(1),
        _ => reader.GetString(1),
    };

    private static NpgsqlBatchCommand List(AssetFilter filter, Guid[]? models)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = Conditions(filter, models, command);
        var (direction, comparison) = filter.IsDescending ? ("desc", "<") : ("asc", ">");
        if (filter.Cursor is { } cursor)
        {
            conditions.Add(
                $"({filter.Sort.Column}, a.id) {comparison} ({Add(command, filter.CursorKey!, filter.Sort.Type)}, {Add(command, cursor.Id, NpgsqlDbType.Uuid)})");
        }

        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"select a.id, {filter.Sort.Column} from assets a{Where(conditions)} order by {filter.Sort.Column} {direction}, a.id {direction} limit {filter.Limit + 1}");
        return command;
    }

    private static NpgsqlBatchCommand Count(AssetFilter filter, Guid[]? models)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = Conditions(filter, models, command);
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"select count(*) from (select 1 from assets a{Where(conditions)} limit {CountedUpTo + 1}) counted");
        return command;
    }

    // As values and not as a sub-select: the planner then knows whether they are few and takes the index on the model.
    private async Task<Guid[]?> ReadModelsAsync(AssetFilter filter, CancellationToken cancellationToken) => filter is { CategoryId: { } category, IsSearch: false }
        ? await db.AssetModels.Where(m => m.CategoryId == category).Select(m => m.Id).ToArrayAsync(cancellationToken)
        : null;

    private static List<string> Conditions(AssetFilter filter, Guid[]? models, NpgsqlBatchCommand command)
    {
        var conditions = new List<string>();
        if (filter.Statuses.Length > 0)
        {
            conditions.Add(filter.Statuses is [var only]
                ? $"a.status = {Add(command, only, NpgsqlDbType.Text)}"
                : $"a.status = any ({Add(command, filter.Statuses, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (models is not null)
        {
            conditions.Add($"a.model_id = any ({Add(command, models, NpgsqlDbType.Array | NpgsqlDbType.Uuid)})");
        }

        AddEqual("a.model_id", filter.ModelId, NpgsqlDbType.Uuid);
        AddEqual("a.location_id", filter.LocationId, NpgsqlDbType.Uuid);
        AddEqual("a.bookable", filter.Bookable, NpgsqlDbType.Boolean);
        if (!filter.IncludeArchived)
        {
            conditions.Add("a.archived_at is null");
        }

        if (filter.Q is not null && !filter.IsSearch)
        {
            conditions.Add($"a.tag_key = lower(normalize({Add(command, filter.Q, NpgsqlDbType.Text)}, NFC))");
        }

        return conditions;

        void AddEqual(string column, object? value, NpgsqlDbType type)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = {Add(command, value, type)}");
            }
        }
    }

    private static NpgsqlBatchCommand Search(AssetFilter filter, int limit)
    {
        var command = new NpgsqlBatchCommand();
        var words = Add(command, filter.Words, NpgsqlDbType.Array | NpgsqlDbType.Text);
        var rest = string.Join(", ",
            Add(command, limit, NpgsqlDbType.Integer), Add(command, filter.Order, NpgsqlDbType.Text), Add(command, filter.Cursor?.Key, NpgsqlDbType.Text),
            Add(command, filter.Cursor?.Id, NpgsqlDbType.Uuid));
        var last = string.Join(", ",
            Add(command, filter.CategoryId, NpgsqlDbType.Uuid), Add(command, filter.ModelId, NpgsqlDbType.Uuid), Add(command, filter.LocationId, NpgsqlDbType.Uuid),
            Add(command, filter.Bookable, NpgsqlDbType.Boolean), Add(command, filter.IncludeArchived ? null : false, NpgsqlDbType.Boolean));

        // The function takes one status: several are as many calls, each in the order of the list.
        var calls = (filter.Statuses.Length == 0 ? new string?[] { null } : filter.Statuses)
            .Select(status => $"select id from asset_search({words}, {rest}, {Add(command, status, NpgsqlDbType.Text)}, {last})");
        var direction = filter.IsDescending ? "desc" : "asc";
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"select a.id, {filter.Sort.Column} from ({string.Join(" union all ", calls)}) s join assets a on a.id = s.id order by {filter.Sort.Column} {direction}, a.id {direction} limit {limit}");
        return command;
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";

    private static string Add(NpgsqlBatchCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
    }
}

internal sealed record FoundAsset(Guid Id, string Key);

/// <param name="Count">Of all that match; null when there are more than were counted, or when nothing was counted.</param>
/// <param name="AtLeast">How many were counted when there are more.</param>
internal sealed record FoundAssets(IReadOnlyList<FoundAsset> Rows, bool HasMore, int? Count, int? AtLeast);
