using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Sql;

namespace Panorama.Api.Importing;

internal static class ImportFiles
{
    private const int RowsPerPage = 1_000;

    public static async Task<Results<CsvFile, ProblemHttpResult>> Findings(string id, TenantSession session, ImportReader imports, CancellationToken cancellationToken)
    {
        if (await imports.FindAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        var (line, last) = (0, Guid.Empty);
        return new CsvFile(session, "findings.csv", ["line", "column", "severity", "code", "text"], async token =>
        {
            var page = await ListFindings.ReadAsync(session, import.Id, null, line, last, RowsPerPage, token);
            if (page.Count > 0)
            {
                (line, last) = (page[^1].Line, page[^1].Id);
            }

            return [.. page.Select(f => (string[])[Say(f.Line), f.Column ?? "", WireNames.Of(f.Severity), f.Code, f.Text])];
        });
    }

    public static async Task<Results<CsvFile, ProblemHttpResult>> Rejected(string id, TenantSession session, ImportReader imports, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        if (import.Inspection is null)
        {
            return ImportProblems.Wrong(import.State);
        }

        var headers = InspectImport.Headers(InspectImport.Parse(import.Inspection));
        var last = 0;
        return new CsvFile(session, "rejected-rows.csv", [RejectedRows.LineHeader, RejectedRows.ReasonHeader, .. headers], async token =>
        {
            var page = await session.Connection.QueryAsync(
                """
                select r.line, r.cells::text,
                       (select jsonb_agg(jsonb_build_object('column', f.column_name, 'code', f.code, 'args', f.args) order by f.id) from import_findings f
                         where f.tenant_id = r.tenant_id and f.import_id = r.import_id and f.line = r.line and f.severity = 'reject')::text
                  from import_rows r where r.import_id = $1 and r.outcome = 'REJECTED' and r.line > $2 order by r.line limit $3
                """,
                reader => (Line: reader.GetInt32(0), Cells: JsonSerializer.Deserialize<string[]>(reader.TextOrNull(1) ?? "[]")!, Reasons: reader.TextOrNull(2)),
                token, Statement.Uuid(import.Id), Statement.Int(last), Statement.Int(RowsPerPage));
            if (page.Count > 0)
            {
                last = page[^1].Line;
            }

            return [.. page.Select(r => (string[])[Say(r.Line), Reasons(r.Line, r.Reasons), .. r.Cells])];
        });
    }

    private static string Reasons(int line, string? json) => json is null ? "" : string.Join(' ', JsonSerializer.Deserialize<List<Reason>>(json, JsonSerializerOptions.Web)!
        .Select(r => (r.Column is null ? "" : r.Column + ": ") + new Finding(line, r.Column, FindingSeverity.Reject, r.Code, r.Args).Text));

    private static string Say(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Reason(string? Column, string Code, Dictionary<string, string> Args);
}

/// <summary>
/// A file as it is read, page after page. Each page is a transaction of its own, which opens the session again: a slow reader holds no connection.
/// </summary>
internal sealed class CsvFile(TenantSession session, string name, IReadOnlyList<string> header, Func<CancellationToken, Task<IReadOnlyList<string[]>>> next)
    : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public int? StatusCode => StatusCodes.Status200OK;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), ["text/csv"]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (actor, hash, cancellationToken) = (session.Actor, session.TokenHash!, httpContext.RequestAborted);
        httpContext.Response.ContentType = "text/csv; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = name }.ToString();
        await WriteAsync(httpContext, "\uFEFF" + RejectedRows.Line(header)); // spreadsheets take a file without the mark for another encoding
        while (await session.OpenAsync(hash, cancellationToken) == actor)
        {
            var page = await next(cancellationToken);
            await session.CommitAsync(cancellationToken);
            if (page.Count == 0)
            {
                return;
            }

            foreach (var row in page)
            {
                await WriteAsync(httpContext, RejectedRows.Line(row));
            }
        }

        httpContext.Abort(); // signed out half-way: better no end than one that looks whole
    }

    private static Task WriteAsync(HttpContext context, string text) => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted).AsTask();
}
