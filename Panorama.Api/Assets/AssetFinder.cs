using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Api.Assets;

/// <summary>Reads a page in its order, and counts on the first page, in one round trip (two where a category is asked for) that ends the transaction.</summary>
internal sealed class AssetFinder(TenantSession session, ListCounts counts, TenantChanges changes)
{
    private const int CountedUpTo = ListCounts.CountedUpTo;

    // What asset_search gives at most.
    private const int SearchedUpTo = 201;

    // Of a page of assets a; d is what a function with a kept plan says of each.
    private const string PageColumns = "a.id, a.tag, a.name, a.status, a.bookable, a.location_id, a.serial, a.purchase_date, a.archived_at";
    private const string ItemColumns =
        """
        p.id, p.key, p.tag, p.name, p.status, p.bookable, d.model_name, d.category_name, d.category_kind, p.location_id, d.location_name, p.serial,
        d.holder_name, p.purchase_date, p.archived_at
        """;
    private const int FoundColumn = 15; // after the columns of an item
    private const string Details = "from p join asset_details(array(select id from p)) d on d.id = p.id";

    public async Task<FoundAssets> FindAsync(AssetFilter filter, CancellationToken cancellationToken)
    {
        var models = await ReadModelsAsync(filter, cancellationToken);
        var held = await ReadHeldAsync(filter, cancellationToken);
        await using var batch = new NpgsqlBatch();
        var isFirst = filter.Cursor is null;
        // A tag is one asset, and those of the archive that had it before: the page itself says how many.
        var count = isFirst && !filter.IsSearch && filter.Tag is null ? Count(filter, models, held) : null;
        var (list, tenant) = (count is null ? "" : ListCounts.Key(count), session.TenantId ?? Guid.Empty);
        var (known, change) = (count is null ? null : counts.Find(tenant, list), changes.Of(tenant));
        var isCounted = count is not null && known is null;
        batch.BatchCommands.Add(filter.IsSearch ? Search(filter, isFirst) : List(filter, models, held));
        if (isCounted)
        {
            batch.BatchCommands.Add(count!);
        }

        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var rows = new List<FoundAsset>();
        int? found = isFirst ? 0 : null;
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new FoundAsset(Item(reader), AssetSort.Text(Key(reader, filter.Sort))));
            found = isFirst && filter.IsSearch ? (int)reader.GetInt64(FoundColumn) : found;
        }

        if (isCounted)
        {
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            found = (int)reader.GetInt64(0);
            if (session.Actor!.TenantId == tenant)
            {
                counts.Add(tenant, list, found.Value, change);
            }
        }

        // A session that changed its organisation since was expected in another: what is on the page is known all the same.
        var isKnown = isCounted || (known is not null && session.Actor!.TenantId == tenant);
        found = known is not null && isKnown ? known : isFirst && !filter.IsSearch && !isKnown ? rows.Count : found;
        var hasMore = rows.Count > filter.Limit;
        var isAll = filter.IsSearch ? found < SearchedUpTo : isKnown ? found <= CountedUpTo : !hasMore;
        return new FoundAssets([.. rows.Take(filter.Limit)], hasMore, isAll ? found : null, isAll ? null : found);
    }

    private static AssetListItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(2), reader.GetString(3), WireNames.Parse<AssetStatus>(reader.GetString(4)), reader.GetBoolean(5),
        reader.GetString(6), reader.GetString(7), WireNames.Parse<CategoryKind>(reader.GetString(8)), reader.ValueOrNull<Guid>(9), reader.TextOrNull(10),
        reader.TextOrNull(11), reader.TextOrNull(12), reader.ValueOrNull<DateOnly>(13), reader.ValueOrNull<DateTimeOffset>(14));

    private static object Key(NpgsqlDataReader reader, AssetSort sort) => sort.Type switch
    {
        NpgsqlDbType.TimestampTz => reader.GetDateTime(1),
        NpgsqlDbType.Date => reader.GetFieldValue<DateOnly>(1),
        _ => reader.GetString(1),
    };

    private static NpgsqlBatchCommand List(AssetFilter filter, Guid[]? models, Guid[]? held)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = Conditions(filter, models, held, command);
        var (direction, comparison) = filter.IsDescending ? ("desc", "<") : ("asc", ">");
        if (filter.Cursor is { } cursor)
        {
            conditions.Add(
                $"({filter.Sort.Column}, a.id) {comparison} ({Add(command, filter.CursorKey!, filter.Sort.Type)}, {Add(command, cursor.Id, NpgsqlDbType.Uuid)})");
        }

        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            with p as materialized (select {PageColumns}, {filter.Sort.Column} as key from assets a{Where(conditions)} order by key {direction}, a.id {direction} limit {filter.Limit + 1})
            select {ItemColumns} {Details}
            order by p.key {direction}, p.id {direction}
            """);
        return command;
    }

    private static NpgsqlBatchCommand Count(AssetFilter filter, Guid[]? models, Guid[]? held)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = Conditions(filter, models, held, command);
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"select count(*) from (select 1 from assets a{Where(conditions)} limit {CountedUpTo + 1}) counted");
        return command;
    }

    // As values and not as a sub-select: the planner then knows whether they are few and takes the index on the model.
    private async Task<Guid[]?> ReadModelsAsync(AssetFilter filter, CancellationToken cancellationToken) => filter is { CategoryId: { } category, IsSearch: false }
        ? await ReadIdsAsync("select array(select id from asset_models where category_id = $1)", category, cancellationToken)
        : null;

    private async Task<Guid[]?> ReadHeldAsync(AssetFilter filter, CancellationToken cancellationToken) => filter.AssignedUserId is { } user
        ? await ReadIdsAsync("select array(select asset_id from asset_assignments where target_user_id = $1 and checked_in_at is null)", user, cancellationToken)
        : null;

    private async Task<Guid[]> ReadIdsAsync(string sql, Guid of, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // one of the two above
        await using var batch = new NpgsqlBatch { BatchCommands = { new NpgsqlBatchCommand(sql) { Parameters = { Statement.Uuid(of) } } } };
#pragma warning restore CA2100
        await using var reader = await session.ReadAsync(batch, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<Guid[]>(0);
    }

    private static List<string> Conditions(AssetFilter filter, Guid[]? models, Guid[]? held, NpgsqlBatchCommand command)
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

        if (held is not null)
        {
            conditions.Add($"a.id = any ({Add(command, held, NpgsqlDbType.Array | NpgsqlDbType.Uuid)})");
        }

        if (filter.ImportId is { } import)
        {
            conditions.Add(AssetSelection.OfImport(Add(command, import, NpgsqlDbType.Uuid)));
        }

        if (filter.Tag is { } tag)
        {
            conditions.Add(AssetSelection.TagIs(Add(command, tag, NpgsqlDbType.Text)));
        }

        if (!filter.IsSearch)
        {
            conditions.AddRange(filter.SoughtWords.Select(word => $"strpos(a.search_text, {Add(command, word, NpgsqlDbType.Text)}) > 0"));
        }

        AddEqual("a.status_label_id", filter.StatusLabelId, NpgsqlDbType.Uuid);
        AddEqual("a.model_id", filter.ModelId, NpgsqlDbType.Uuid);
        AddEqual("a.location_id", filter.LocationId, NpgsqlDbType.Uuid);
        AddEqual("a.bookable", filter.Bookable, NpgsqlDbType.Boolean);
        if (!filter.IncludeArchived)
        {
            conditions.Add("a.archived_at is null");
        }

        if (filter.Q is not null && !filter.HasWords)
        {
            conditions.Add(AssetSelection.TagIs(Add(command, filter.Q, NpgsqlDbType.Text)));
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

    private static NpgsqlBatchCommand Search(AssetFilter filter, bool isFirst)
    {
        // The first page counts what was found; for another, one more than it shows says whether a page follows.
        var command = new NpgsqlBatchCommand();
        var found = Found(filter, isFirst ? SearchedUpTo : filter.Limit + 1, command);
        var direction = filter.IsDescending ? "desc" : "asc";
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            with found as materialized ({found}),
            p as materialized (select {PageColumns}, {filter.Sort.Column} as key from found join assets a on a.id = found.id order by key {direction}, a.id {direction} limit {filter.Limit + 1})
            select {ItemColumns}, (select count(*) from found) {Details}
            order by p.key {direction}, p.id {direction}
            """);
        return command;
    }

    // The function takes one status: several are as many calls, each in the order of the list.
    private static string Found(AssetFilter filter, int limit, NpgsqlBatchCommand command)
    {
        var words = Add(command, filter.Words, NpgsqlDbType.Array | NpgsqlDbType.Text);
        var rest = string.Join(", ",
            Add(command, limit, NpgsqlDbType.Integer), Add(command, filter.Order, NpgsqlDbType.Text), Add(command, filter.Cursor?.Key, NpgsqlDbType.Text),
            Add(command, filter.Cursor?.Id, NpgsqlDbType.Uuid));
        var last = string.Join(", ",
            Add(command, filter.CategoryId, NpgsqlDbType.Uuid), Add(command, filter.ModelId, NpgsqlDbType.Uuid), Add(command, filter.LocationId, NpgsqlDbType.Uuid),
            Add(command, filter.Bookable, NpgsqlDbType.Boolean), Add(command, filter.IncludeArchived ? null : false, NpgsqlDbType.Boolean),
            Add(command, filter.StatusLabelId, NpgsqlDbType.Uuid));
        var calls = (filter.Statuses.Length == 0 ? new string?[] { null } : filter.Statuses)
            .Select(status => $"select id from asset_search({words}, {rest}, {Add(command, status, NpgsqlDbType.Text)}, {last})");
        return string.Join(" union all ", calls);
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";

    private static string Add(NpgsqlBatchCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
    }
}

internal sealed record FoundAsset(AssetListItem Item, string Key);

/// <param name="Count">Of all that match; null when there are more than were counted, or when nothing was counted.</param>
/// <param name="AtLeast">How many were counted when there are more.</param>
internal sealed record FoundAssets(IReadOnlyList<FoundAsset> Rows, bool HasMore, int? Count, int? AtLeast);
