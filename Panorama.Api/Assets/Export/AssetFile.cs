using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Exporting;

namespace Panorama.Api.Assets.Export;

/// <summary>
/// The file as it is written, page after page. Each page is a transaction of its own, which opens the session again: a slow reader holds no
/// connection, and whoever is signed out in between gets no more. What could not be finished breaks off instead of ending like a whole file.
/// </summary>
internal sealed partial class AssetFile(
    TenantSession session, AssetFilter filter, ExportChoices choices, string name, ILogger<AssetFile> logger) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const int RowsPerPage = 2_000;

    // What a row costs beyond its columns.
    private const int FixedColumns = 3;

    private readonly bool _hasFields = choices.Columns.Any(c => c.FieldId is not null);

    public int? StatusCode => StatusCodes.Status200OK;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), [Csv, Xlsx]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        var response = httpContext.Response;
        response.ContentType = choices.IsXlsx ? Xlsx : Csv + "; charset=utf-8";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = name }.ToString();
        var actor = session.Actor;
        var hash = session.TokenHash!;
        var rows = 0L;
        var isWhole = false;
        await using var writer = choices.Writer();
        try
        {
            writer.Header([.. choices.Columns.Select(c => c.Title(choices.Words))]);
            (object Key, Guid Id)? last = null;
            for (var read = RowsPerPage; read == RowsPerPage; rows += read)
            {
                if (await session.OpenAsync(hash, cancellationToken) != actor)
                {
                    break; // signed out, or no longer who asked
                }

                (read, last) = await WritePageAsync(writer, last, cancellationToken);
                await session.CommitAsync(cancellationToken);
                isWhole = read < RowsPerPage;
                if (isWhole)
                {
                    writer.Finish();
                }

                await writer.SendAsync(response.Body, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogBroken(logger, exception, rows);
        }
        finally
        {
            await session.RollbackAsync();
        }

        if (!isWhole)
        {
            httpContext.Abort();
        }
    }

    private async Task<(int Rows, (object Key, Guid Id)? Last)> WritePageAsync(SheetWriter writer, (object Key, Guid Id)? last, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch();
        batch.BatchCommands.Add(Page(last));
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var cells = new object?[choices.Columns.Count];
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            Read(reader, cells);
            writer.Row(cells);
            rows++;
            last = (filter.Sort.Read(reader, 0), reader.GetGuid(1));
        }

        return (rows, last);
    }

    private NpgsqlBatchCommand Page((object Key, Guid Id)? last)
    {
        var command = new NpgsqlBatchCommand();
        var conditions = filter.Selection.Conditions(command.Parameters);
        var (direction, comparison) = filter.IsDescending ? ("desc", "<") : ("asc", ">");
        if (last is { } after)
        {
            conditions.Add(
                $"({filter.Sort.Column}, a.id) {comparison} ({AssetSelection.Add(command.Parameters, after.Key, filter.Sort.Type)}, {AssetSelection.Add(command.Parameters, after.Id, NpgsqlDbType.Uuid)})");
        }

        var columns = string.Join(", ", choices.Columns.Where(c => c.FieldId is null).Select(c => c.Sql));
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            select p.key, p.id, {(_hasFields ? "p.custom_fields::text" : "null::text")}{(columns.Length > 0 ? ", " : "")}{columns}
            from (select a.*, {filter.Sort.Column} as key from assets a{AssetSelection.Where(conditions)} order by key {direction}, a.id {direction} limit {RowsPerPage}) p
            {AssetExport.Joins}
            order by p.key {direction}, p.id {direction}
            """);
        return command;
    }

    private void Read(NpgsqlDataReader reader, object?[] cells)
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
    }

    [LoggerMessage(1101, LogLevel.Error, "An export broke off after {Rows} rows")]
    private static partial void LogBroken(ILogger logger, Exception exception, long rows);
}
