using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Exporting;
using Panorama.Core.Sql;

namespace Panorama.Api.Assets.Export;

/// <param name="Columns">Keys with commas between them, in the order of the file; all when absent.</param>
/// <param name="Header">`names` when absent: those that the import reads; or `en`, `pt-br`, `es`.</param>
internal sealed record ExportQuery([FromQuery(Name = "columns")] string? Columns, [FromQuery(Name = "header")] string? Header);

/// <summary>What an export was asked to be.</summary>
/// <param name="Columns">In the order of the file.</param>
internal sealed record ExportChoices(SheetFormat Format, IReadOnlyList<ExportColumn> Columns, ExportWords Words);

internal static class ExportAssets
{
    private const int MaxColumns = 8_000;

    public static async Task<Results<AssetFile, ProblemHttpResult>> Handle(
        [AsParameters] AssetListQuery query, [AsParameters] SheetQuery sheet, [AsParameters] ExportQuery export, TenantSession session, TimeProvider clock,
        ILogger<AssetFile> logger, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var filter = AssetFilter.Read(query, values);
        if (query.Cursor is not null)
        {
            values.Refuse("cursor");
        }

        var (tenant, all) = await ReadAsync(session.Connection, cancellationToken);
        var choices = Read(sheet, export, all, values);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        await RecordAsync(session.Connection, filter.Selection, choices, clock.GetUtcNow(), cancellationToken);
        var day = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(tenant.TimeZone));
        var name = string.Create(CultureInfo.InvariantCulture, $"panorama-{tenant.Slug}-assets-{day:yyyy-MM-dd}.{choices.Format.Extension}");
        return new AssetFile(session, filter, choices, name, logger);
    }

    /// <summary>Before the first byte leaves, so that none leaves unrecorded. What was searched for may name a person and is not kept.</summary>
    private static async Task RecordAsync(
        NpgsqlConnection connection, AssetSelection selection, ExportChoices choices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var count = new NpgsqlCommand { Connection = connection };
        count.CommandText = $"select count(*) from assets a{Statement.Where(selection.Conditions(count.Parameters))}";
        var rows = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        var filters = selection with { Q = selection.Q is null ? null : "…" };
        await connection.ExecuteAsync(
            "insert into audit_events (id, action, resource_type, metadata) values ($1, $2, 'export', $3)", cancellationToken,
            Statement.Uuid(Guid.CreateVersion7(now)), Statement.Text(AuditActions.AssetsExported), Statement.Json(JsonSerializer.Serialize(
                new { format = choices.Format.Extension, filters, columns = choices.Columns.Select(c => c.Key), rows }, JsonSerializerOptions.Web)));
    }

    private static ExportChoices Read(SheetQuery sheet, ExportQuery query, IReadOnlyList<ExportColumn> all, QueryValues values)
    {
        var format = SheetFormat.Read(sheet, values);
        var columns = new List<ExportColumn>();
        foreach (var key in values.Text("columns", query.Columns, MaxColumns)?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (all.FirstOrDefault(c => c.Key == key) is { } column && !columns.Contains(column))
            {
                columns.Add(column);
            }
            else
            {
                values.Refuse("columns");
            }
        }

        return new ExportChoices(
            format, columns.Count > 0 ? columns : all,
            values.Choice("header", query.Header, ExportWords.Names,
                ("names", ExportWords.Names), ("en", ExportWords.English), ("pt-br", ExportWords.Portuguese), ("es", ExportWords.Spanish)));
    }

    private static async Task<((string Slug, string TimeZone) Tenant, IReadOnlyList<ExportColumn> All)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tenant = await connection.QueryAsync(
            "select slug, timezone from tenants where id = (select panorama_current_tenant())", r => (r.GetString(0), r.GetString(1)), cancellationToken);
        var fields = await connection.QueryAsync(
            "select id, name, type from custom_fields where not encrypted order by name, id",
            r => (r.GetGuid(0), r.GetString(1), WireNames.Parse<CustomFieldType>(r.GetString(2))), cancellationToken);
        return (tenant.Single(), AssetExport.All(fields));
    }
}
