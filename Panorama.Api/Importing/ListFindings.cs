using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Sql;

namespace Panorama.Api.Importing;

/// <summary>What an import has to say about one cell or row.</summary>
/// <param name="Line">Line of the file on which the row begins, from 1.</param>
/// <param name="Column">Null when the whole row is meant.</param>
/// <param name="Severity">`reject`: the row is left out; `warning`: this cell is not taken as it stands.</param>
/// <param name="Args">The values the sentence of the code names.</param>
/// <param name="Text">The finding in one English sentence.</param>
public sealed record FindingResponse(Guid Id, int Line, string? Column, FindingSeverity Severity, string Code, IReadOnlyDictionary<string, string> Args, string Text);

internal static class ListFindings
{
    private const string Order = "line";

    public static async Task<Results<Ok<Page<FindingResponse>>, ProblemHttpResult>> Handle(
        string id, HttpContext context, TenantSession session, ImportReader imports, CancellationToken cancellationToken,
        [FromQuery] string? severity = null, [FromQuery] string? limit = null, [FromQuery] string? cursor = null)
    {
        var values = new QueryValues();
        var take = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var only = values.OneOf<FindingSeverity>("severity", severity, text => WireNames.TryParse<FindingSeverity>(text, out var s) ? s : null);
        var after = values.Cursor(cursor, Order);
        var line = 0;
        if (after is not null && !int.TryParse(after.Key, NumberStyles.None, CultureInfo.InvariantCulture, out line))
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (await imports.FindAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        var rows = await ReadAsync(session, import.Id, only, line, after?.Id ?? Guid.Empty, take + 1, cancellationToken);
        var page = rows.Take(take).ToList();
        var next = rows.Count > take ? new Cursor(Order, page[^1].Line.ToString(CultureInfo.InvariantCulture), page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<FindingResponse>(page, next));
    }

    public static async Task<List<FindingResponse>> ReadAsync(
        TenantSession session, Guid importId, FindingSeverity? only, int line, Guid id, int take, CancellationToken cancellationToken) => await session.Connection.QueryAsync(
        """
        select f.id, f.line, f.column_name, f.severity, f.code, f.args::text from import_findings f
         where f.import_id = $1 and (f.line, f.id) > ($2, $3) and ($4::text is null or f.severity = $4) order by f.line, f.id limit $5
        """,
        reader =>
        {
            var severity = WireNames.Parse<FindingSeverity>(reader.GetString(3));
            var args = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(5))!;
            var finding = new Finding(reader.GetInt32(1), reader.TextOrNull(2), severity, reader.GetString(4), args);
            return new FindingResponse(reader.GetGuid(0), finding.Line, finding.Column, severity, finding.Code, args, finding.Text);
        },
        cancellationToken, Statement.Uuid(importId), Statement.Int(line), Statement.Uuid(id), Statement.Text(only is { } s ? WireNames.Of(s) : null), Statement.Int(take));
}
