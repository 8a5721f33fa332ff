using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Exporting;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="Language">`en`, `pt-br` or `es`; the organisation's when absent.</param>
internal sealed record InspectionFileQuery([FromQuery(Name = "language")] string? Language);

internal static class ExportInspections
{
    public static async Task<Results<InspectionFile, ProblemHttpResult>> Handle(
        [AsParameters] InspectionQuery query, [AsParameters] SheetQuery sheet, [AsParameters] InspectionFileQuery file, Actor actor, TenantSession session,
        TimeProvider clock, ILogger<InspectionFile> logger, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var filter = InspectionFilter.Read(query, values);
        var format = SheetFormat.Read(sheet, values);
        var language = values.Choice<ExportWords?>("language", file.Language, null, ("en", ExportWords.English), ("pt-br", ExportWords.Portuguese), ("es", ExportWords.Spanish));
        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (filter.IsOfAll && !actor.IsDesk)
        {
            return Problems.Of(Problems.AdminRoleRequiredForTenantScope);
        }

        var (slug, zone, locale) = (await session.Connection.QueryAsync(
            "select slug, timezone, locale from tenants where id = (select panorama_current_tenant())", r => (r.GetString(0), r.GetString(1), r.GetString(2)), cancellationToken)).Single();
        await RecordAsync(session.Connection, filter, format, clock.GetUtcNow(), cancellationToken);
        var day = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone));
        var name = string.Create(CultureInfo.InvariantCulture, $"panorama-{slug}-inspections-{day:yyyy-MM-dd}.{format.Extension}");
        return new InspectionFile(
            session, filter, format, language ?? locale switch { "pt-br" => ExportWords.Portuguese, "es" => ExportWords.Spanish, _ => ExportWords.English }, zone, name, logger);
    }

    /// <summary>Before the first byte leaves, so that none leaves unrecorded.</summary>
    private static async Task RecordAsync(
        NpgsqlConnection connection, InspectionFilter filter, SheetFormat format, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var count = new NpgsqlCommand { Connection = connection };
        count.CommandText = $"select count(*) from inspections i{Statement.Where(filter.Conditions(count.Parameters))}";
        var rows = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        await connection.ExecuteAsync(
            "insert into audit_events (id, action, resource_type, metadata) values ($1, $2, 'export', $3)", cancellationToken,
            Statement.Uuid(Guid.CreateVersion7(now)), Statement.Text(AuditActions.InspectionsExported),
            Statement.Json(JsonSerializer.Serialize(new
            {
                format = format.Extension,
                filters = new
                {
                    filter.IsOfAll,
                    status = filter.Status is { } status ? WireNames.Of(status) : null,
                    outcome = filter.Outcome is { } outcome ? WireNames.Of(outcome) : null,
                    filter.NeedsReview,
                    filter.AssetId,
                    filter.ReservationId,
                },
                rows,
            }, JsonSerializerOptions.Web)));
    }
}

/// <summary>The inspections of a list, newest first.</summary>
internal sealed class InspectionFile(
    TenantSession session, InspectionFilter filter, SheetFormat format, ExportWords words, string zone, string name, ILogger<InspectionFile> logger)
    : SheetFile(session, format, name, logger)
{
    private const int FixedColumns = 2;

    private static readonly string Columns = string.Join(", ", InspectionExport.Columns.Select(c => c.Sql));

    protected override string Sheet => words switch { ExportWords.Portuguese => "Inspeções", ExportWords.Spanish => "Inspecciones", _ => "Inspections" };

    protected override IReadOnlyList<string> Titles { get; } = [.. InspectionExport.Columns.Select(c => c.Title(words, zone))];

    protected override NpgsqlBatchCommand Page((object Key, Guid Id)? last)
    {
        var command = new NpgsqlBatchCommand();
        Statement.Add(command.Parameters, zone, NpgsqlDbType.Text); // the $1 of the columns
        var conditions = filter.Conditions(command.Parameters);
        if (last is { } after)
        {
            conditions.Add(
                $"(i.started_at, i.id) < ({Statement.Add(command.Parameters, after.Key, NpgsqlDbType.TimestampTz)}, {Statement.Add(command.Parameters, after.Id, NpgsqlDbType.Uuid)})");
        }

        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select p.started_at, p.id, {Columns}
            from (select i.* from inspections i{Statement.Where(conditions)} order by i.started_at desc, i.id desc limit {RowsPerPage}) p
            {InspectionExport.Joins}
            order by p.started_at desc, p.id desc
            """);
        return command;
    }

    protected override (object Key, Guid Id) Read(NpgsqlDataReader reader, object?[] cells)
    {
        foreach (var (i, column) in InspectionExport.Columns.Index())
        {
            var at = FixedColumns + i;
            cells[i] = reader.IsDBNull(at) ? null
                : column.IsCount ? reader.GetInt32(at)
                : reader.GetString(at) is var text && column.Words?.Invoke(text, words) is { } word ? word
                : reader.GetString(at);
        }

        return (reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
    }
}
