using System.Globalization;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Exporting;
using Panorama.Core.Sql;

namespace Panorama.Api.Assets.Export;

/// <summary>The assets of a list.</summary>
internal sealed class AssetFile(TenantSession session, AssetFilter filter, ExportChoices choices, string name, ILogger<AssetFile> logger)
    : SheetFile(session, choices.Format, name, logger)
{
    // What a row costs beyond its columns.
    private const int FixedColumns = 3;

    private readonly bool _hasFields = choices.Columns.Any(c => c.FieldId is not null);

    protected override string Sheet => "Assets";

    protected override IReadOnlyList<string> Titles { get; } = [.. choices.Columns.Select(c => c.Title(choices.Words))];

    protected override NpgsqlBatchCommand Page((object Key, Guid Id)? last)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = filter.Selection.Conditions(command.Parameters);
        var (direction, comparison) = filter.IsDescending ? ("desc", "<") : ("asc", ">");
        if (last is { } after)
        {
            conditions.Add(
                $"({filter.Sort.Column}, a.id) {comparison} ({Statement.Add(command.Parameters, after.Key, filter.Sort.Type)}, {Statement.Add(command.Parameters, after.Id, NpgsqlDbType.Uuid)})");
        }

        var columns = string.Join(", ", choices.Columns.Where(c => c.FieldId is null).Select(c => c.Sql));
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select p.key, p.id, {(_hasFields ? "p.custom_fields::text" : "null::text")}{(columns.Length > 0 ? ", " : "")}{columns}
            from (select a.*, {filter.Sort.Column} as key from assets a{Statement.Where(conditions)} order by key {direction}, a.id {direction} limit {RowsPerPage}) p
            {AssetExport.Joins}
            order by p.key {direction}, p.id {direction}
            """);
        return command;
    }

    protected override (object Key, Guid Id) Read(NpgsqlDataReader reader, object?[] cells)
    {
        using var fields = _hasFields ? JsonDocument.Parse(reader.GetString(2)) : null;
        var column = FixedColumns;
        for (var i = 0; i < cells.Length; i++)
        {
            var wanted = choices.Columns[i];
            if (wanted.FieldId is { } field)
            {
                cells[i] = fields!.RootElement.TryGetProperty(field.ToString(), out var value) ? AssetExport.Custom(value, wanted.Type, choices.Words) : null;
                continue;
            }

            cells[i] = reader.IsDBNull(column) ? null : wanted.Type switch
            {
                ExportType.Day => reader.GetFieldValue<DateOnly>(column),
                ExportType.Number => AssetExport.Short(reader.GetDecimal(column)),
                ExportType.YesNo => ExportColumn.YesNo(reader.GetBoolean(column), choices.Words),
                _ => reader.GetString(column),
            };
            column++;
        }

        return (filter.Sort.Read(reader, 0), reader.GetGuid(1));
    }
}
