using System.Globalization;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;

namespace Panorama.Api.Inspections.Defects;

/// <summary>A defect of an asset.</summary>
/// <param name="InspectionId">The inspection that found it first.</param>
/// <param name="SnapshotItemId">The item of that inspection.</param>
/// <param name="Label">Of the item, as it was asked.</param>
/// <param name="Severity">The worst with which it was found.</param>
/// <param name="Note">What was noted with the answer; null for nothing.</param>
/// <param name="LastSeenInspectionId">The newest inspection that found it.</param>
/// <param name="ResolvedAt">When a repair was certified, or that none was necessary; null while it is open.</param>
public sealed record DefectItem(
    Guid Id, Guid AssetId, string AssetTag, string AssetName, Guid InspectionId, Guid SnapshotItemId, string Label, DefectSeverity Severity, string? Note, DefectStatus Status,
    DateTimeOffset OpenedAt, Guid OpenedByUserId, string OpenedByName, Guid LastSeenInspectionId, DateTimeOffset LastSeenAt, DateTimeOffset? ResolvedAt, Guid? ResolvedByUserId,
    string? ResolvedByName, string? ResolutionNote);

internal static class DefectReader
{
    public const int MostShown = 100;

    private const string Columns =
        """
        d.id, d.asset_id, a.tag, a.name, d.inspection_id, d.snapshot_item_id, d.label, d.severity, d.note, d.status, d.opened_at, d.opened_by_user_id, opener.display_name,
        d.last_seen_inspection_id, d.last_seen_at, d.resolved_at, d.resolved_by_user_id, resolver.display_name, d.resolution_note
        """;

    private const string Joins =
        """
        join assets a on a.tenant_id = d.tenant_id and a.id = d.asset_id
        join users opener on opener.id = d.opened_by_user_id
        left join users resolver on resolver.id = d.resolved_by_user_id
        """;

    /// <summary>Newest first.</summary>
    /// <param name="conditions">Over defects <c>d</c>.</param>
    /// <param name="rows">At most so many.</param>
    public static string Select(IReadOnlyCollection<string> conditions, int rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        select {Columns}
        from (select d.* from defects d{Statement.Where(conditions)} order by d.opened_at desc, d.id desc limit {rows}) d
        {Joins}
        order by d.opened_at desc, d.id desc
        """);

    /// <summary>What whoever uses the asset next has to know; the newest, should there be very many.</summary>
    /// <param name="asset">As an expression over <c>$1</c>.</param>
    public static NpgsqlBatchCommand Open(string asset, Guid value) => Statement.Of(Select([$"d.asset_id = {asset}", "d.status = 'OPEN'"], MostShown), Statement.Uuid(value));

    public static NpgsqlBatchCommand One(Guid id) => Statement.Of(Select(["d.id = $1"], 1), Statement.Uuid(id));

    /// <summary>Null where there is none.</summary>
    public static async Task<DefectItem?> ReadAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(Select(["d.id = $1"], 1), Item, cancellationToken, Statement.Uuid(id))).SingleOrDefault();

    /// <summary>By position.</summary>
    public static DefectItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetGuid(4), reader.GetGuid(5), reader.GetString(6),
        WireNames.Parse<DefectSeverity>(reader.GetString(7)), reader.TextOrNull(8), WireNames.Parse<DefectStatus>(reader.GetString(9)), reader.GetFieldValue<DateTimeOffset>(10),
        reader.GetGuid(11), reader.GetString(12), reader.GetGuid(13), reader.GetFieldValue<DateTimeOffset>(14), reader.ValueOrNull<DateTimeOffset>(15), reader.ValueOrNull<Guid>(16),
        reader.TextOrNull(17), reader.TextOrNull(18));
}
