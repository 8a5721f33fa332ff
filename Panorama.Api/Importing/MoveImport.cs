using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Importing;
using Panorama.Core.Jobs;
using Panorama.Core.Sql;

namespace Panorama.Api.Importing;

/// <summary>From one state of an import to the next. The work itself is the Worker's; no request waits for it.</summary>
internal static class MoveImport
{
    public static Task<Results<Accepted<ImportResponse>, ProblemHttpResult>> DryRun(
        string id, TenantSession session, ImportReader imports, TimeProvider clock, CancellationToken cancellationToken) =>
        QueueAsync(id, isDry: true, session, imports, clock, cancellationToken);

    public static Task<Results<Accepted<ImportResponse>, ProblemHttpResult>> Start(
        string id, TenantSession session, ImportReader imports, TimeProvider clock, CancellationToken cancellationToken) =>
        QueueAsync(id, isDry: false, session, imports, clock, cancellationToken);

    public static async Task<Results<Accepted<ImportResponse>, ProblemHttpResult>> Cancel(
        string id, TenantSession session, ImportReader imports, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        var sql = import.State switch
        {
            // The Worker sees it after its batch. Its row is not the Api's to end.
            ImportState.Running => "update imports set cancel_requested = true, updated_at = $2 where id = $1",
            ImportState.Queued or ImportState.Paused when import.DryRun => "update imports set state = 'DRAFT', finished_at = null, updated_at = $2, version = version + 1 where id = $1",
            ImportState.Queued or ImportState.Paused => "update imports set state = 'CANCELLED', finished_at = $2, updated_at = $2, version = version + 1 where id = $1",
            _ => null,
        };
        if (sql is null)
        {
            return ImportProblems.Wrong(import.State);
        }

        await session.Connection.ExecuteAsync(sql, cancellationToken, Statement.Uuid(import.Id), Statement.Instant(clock.GetUtcNow()));
        return await AcceptedAsync(id, imports, cancellationToken);
    }

    public static async Task<Results<Accepted<ImportResponse>, ProblemHttpResult>> Resume(
        string id, TenantSession session, ImportReader imports, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        if (import.Inspection is null || import.State is not (ImportState.Cancelled or ImportState.Failed))
        {
            return ImportProblems.Wrong(import.State);
        }

        await session.Connection.ExecuteAsync(
            """
            update imports set state = 'QUEUED', finished_at = null, error_code = null, cancel_requested = false, updated_at = $2, version = version + 1
             where id = $1
            """,
            cancellationToken, Statement.Uuid(import.Id), Statement.Instant(clock.GetUtcNow()));
        await WakeAsync(session, cancellationToken);
        return await AcceptedAsync(id, imports, cancellationToken);
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, TenantSession session, ImportReader imports, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        if (import.State != ImportState.Draft)
        {
            return ImportProblems.Wrong(import.State);
        }

        await session.Connection.ExecuteAsync("delete from imports where id = $1", cancellationToken, Statement.Uuid(import.Id));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Accepted<ImportResponse>, ProblemHttpResult>> QueueAsync(
        string id, bool isDry, TenantSession session, ImportReader imports, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await imports.LockAsync(id, cancellationToken) is not { } import)
        {
            return Problems.Of(Problems.ImportNotFound);
        }

        if (import.State != ImportState.Draft || import.Inspection is null)
        {
            return ImportProblems.Wrong(import.State);
        }

        var fields = await imports.FieldsAsync(import.Kind, cancellationToken);
        var inspection = InspectImport.Parse(import.Inspection);
        var targets = InspectImport.Targets(inspection, import.Options, fields, import.Kind);
        try
        {
            AssetColumns.Map(InspectImport.Headers(inspection), fields, targets.Index().ToDictionary(t => t.Index, t => t.Item), import.Kind);
        }
        catch (ImportRefusedException refused)
        {
            return ImportProblems.Of(refused);
        }

        var missing = ImportChoices.Of(inspection, targets, fields, import.Options.Currency, import.Kind).Where(c => InspectImport.Chosen(c.Choice, import.Options) is null).Select(c => c.Choice).ToList();
        if (missing.Count > 0)
        {
            return Problems.Of(Problems.ChoiceMissing, Problems.Args(("choices", missing)));
        }

        // What was suggested is kept as chosen: a field that is made meanwhile must not catch a column that somebody has looked at.
        var options = import.Options with { Mapping = targets.Index().ToDictionary(t => t.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), t => t.Item) };
        await session.Connection.ExecuteAsync(
            """
            update imports set state = 'QUEUED', dry_run = $2, options = $3, started_at = null, finished_at = null, error_code = null, cancel_requested = false,
                   updated_at = $4, version = version + 1 where id = $1
            """,
            cancellationToken, Statement.Uuid(import.Id), Statement.Flag(isDry), Statement.Json(options.ToJson()), Statement.Instant(clock.GetUtcNow()));
        if (!isDry)
        {
            await session.Connection.ExecuteAsync(
                "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, $2, 'import', $3, $4)", cancellationToken,
                Statement.Uuid(Guid.CreateVersion7(clock.GetUtcNow())), Statement.Text(AuditActions.ImportStarted), Statement.Text(import.Id.ToString()),
                Statement.Json(JsonSerializer.Serialize(new { kind = Core.Data.WireNames.Of(import.Kind), rows = inspection.Rows, mode = options.Mode, existing = options.Existing })));
        }

        await WakeAsync(session, cancellationToken);
        return await AcceptedAsync(id, imports, cancellationToken);
    }

    private static Task<int> WakeAsync(TenantSession session, CancellationToken cancellationToken) =>
        session.Connection.ExecuteAsync($"select pg_notify('{WorkChannel.Name}', '{WorkChannel.Imports}')", cancellationToken);

    private static async Task<Accepted<ImportResponse>> AcceptedAsync(string id, ImportReader imports, CancellationToken cancellationToken) =>
        TypedResults.Accepted($"/api/imports/{id}", (await imports.FindAsync(id, cancellationToken))!);
}
