using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Exporting;

namespace Panorama.Api.Http;

/// <param name="Format">`csv` or `xlsx`.</param>
/// <param name="Delimiter">Of a CSV file: `comma` when absent, `semicolon` or `tab`.</param>
/// <param name="Bom">Whether a CSV file begins with a byte order mark; `false` when absent.</param>
/// <param name="Decimal">Of a CSV file: `point` when absent, or `comma`.</param>
internal sealed record SheetQuery(
    [FromQuery(Name = "format")] string? Format, [FromQuery(Name = "delimiter")] string? Delimiter, [FromQuery(Name = "bom")] string? Bom,
    [FromQuery(Name = "decimal")] string? Decimal);

/// <summary>What kind of file a table is written as.</summary>
/// <param name="Extension">Of the file.</param>
internal sealed record SheetFormat(string Extension, char Delimiter, bool HasMark, bool DecimalComma)
{
    public bool IsXlsx => Extension == "xlsx";

    public static SheetFormat Read(SheetQuery query, QueryValues values)
    {
        if (query.Format is null)
        {
            values.Refuse("format");
        }

        return new SheetFormat(
            values.Choice("format", query.Format, "csv", ("csv", "csv"), ("xlsx", "xlsx")),
            values.Choice("delimiter", query.Delimiter, ',', ("comma", ','), ("semicolon", ';'), ("tab", '\t')),
            values.Flag("bom", query.Bom) ?? false,
            values.Choice("decimal", query.Decimal, false, ("point", false), ("comma", true)));
    }

    /// <param name="sheet">Name of the one sheet in a workbook.</param>
    public SheetWriter Writer(string sheet) => IsXlsx ? new XlsxSheet(sheet) : new CsvSheet(Delimiter, HasMark, DecimalComma);
}

/// <summary>
/// A table as it is written, page after page. Each page is a transaction of its own, which opens the session again: a slow reader holds no
/// connection, and whoever is signed out in between gets no more. What could not be finished breaks off instead of ending like a whole file.
/// </summary>
/// <param name="name">Of the file.</param>
internal abstract partial class SheetFile(TenantSession session, SheetFormat format, string name, ILogger logger) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Rows that one transaction reads.</summary>
    protected const int RowsPerPage = 2_000;

    public int? StatusCode => StatusCodes.Status200OK;

    protected abstract string Sheet { get; }

    protected abstract IReadOnlyList<string> Titles { get; }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), [Csv, Xlsx]));

    /// <summary>The statement of a page of <see cref="RowsPerPage"/> rows behind a row.</summary>
    /// <param name="last">What <see cref="Read"/> said of that row; null for the first page.</param>
    protected abstract NpgsqlBatchCommand Page((object Key, Guid Id)? last);

    /// <summary>Fills the cells of a row.</summary>
    /// <returns>Where the next page goes on when this is its last.</returns>
    protected abstract (object Key, Guid Id) Read(NpgsqlDataReader reader, object?[] cells);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        var response = httpContext.Response;
        response.ContentType = format.IsXlsx ? Xlsx : Csv + "; charset=utf-8";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = name }.ToString();
        var actor = session.Actor;
        var hash = session.TokenHash!;
        var rows = 0L;
        var isWhole = false;
        await using var writer = format.Writer(Sheet);
        try
        {
            writer.Header(Titles);
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
        var cells = new object?[Titles.Count];
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            last = Read(reader, cells);
            writer.Row(cells);
            rows++;
        }

        return (rows, last);
    }

    [LoggerMessage(1101, LogLevel.Error, "An export broke off after {Rows} rows")]
    private static partial void LogBroken(ILogger logger, Exception exception, long rows);
}
