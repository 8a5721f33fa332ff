using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Inspections.Defects;
using Panorama.Api.Tenancy;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <param name="ReservationId">The booking that it belongs to.</param>
/// <param name="TemplateId">One of the checklists for this asset; left out, the first of its category, else of its kind.</param>
public sealed record StartInspectionRequest(Guid AssetId, Guid? ReservationId = null, Guid? TemplateId = null);

/// <summary>An inspection that was begun, or goes on.</summary>
public sealed record StartedInspection : InspectionItem
{
    internal StartedInspection(InspectionItem inspection, bool isResumed)
        : base(inspection) => Resumed = isResumed;

    /// <summary>It was begun before, and goes on.</summary>
    public bool Resumed { get; }

    /// <summary>What earlier inspections found wrong with the asset, and nobody certified since.</summary>
    public required IReadOnlyList<DefectItem> OpenDefects { get; init; }
}

internal static class StartInspection
{
    // By itself: what waits for whoever changes the asset's model would be looked up again by the model that it had before, and not be found.
    private const string Lock = "select from assets where id = $1 for no key update";

    private const string Asset =
        """
        select a.tenant_id, a.tag, a.name, a.archived_at, c.id, c.kind
          from assets a join asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id join categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
         where a.id = $1
        """;

    private const string Starter =
        """
        select t.inspection_config::text, u.display_name from tenants t, users u
         where t.id = (select panorama_current_tenant()) and u.id = (select panorama_current_actor())
        """;

    private const string Running =
        $"""
        select {InspectionReader.Columns} from inspections i {InspectionReader.Joins}
         where i.asset_id = $1 and i.started_by_user_id = (select panorama_current_actor()) and i.status = 'IN_PROGRESS'
        """;

    // The one that is named; else one for the category itself before one for its kind.
    private const string Chosen =
        """
        coalesce($2, (select t.id
                        from assets a join asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id join categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
                        join inspection_templates t on t.tenant_id = a.tenant_id and (t.category_id = c.id or t.category_kind = c.kind)
                       where a.id = $1 and t.archived_at is null
                       order by t.category_id is null, t.display_order, t.created_at, t.id limit 1))
        """;

    // With its items in one statement: an edit that is stored between two would make a form of both.
    private const string Template =
        $"""
        select t.id, t.name, t.description, t.content_version, t.category_id, t.category_kind, t.updated_at, t.archived_at,
               i.id, i.label, i.item_type, i.required, i.photo_required, i.min_value, i.max_value, i.help_text, i.severity
          from inspection_templates t join inspection_template_items i on i.tenant_id = t.tenant_id and i.template_id = t.id
         where t.id = {Chosen} order by i.position
        """;

    // Whoever ended it meanwhile was first: it stays as they left it, and is told once.
    private const string GiveUp =
        """
        with given_up as (update inspections set status = 'CANCELLED', cancelled_at = $2 where id = $1 and status = 'IN_PROGRESS' returning id)
        insert into audit_events (id, action, resource_type, resource_id, metadata) select $3, $4, 'inspection', g.id::text, $5 from given_up g
        """;

    private const string Insert =
        """
        insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, started_at, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)
        """;

    public static async Task<Results<Created<StartedInspection>, ProblemHttpResult>> Handle(
        StartInspectionRequest request, Actor actor, TenantSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = await FindAsync(session, request, cancellationToken);
        if (found.Asset is not { } asset)
        {
            return Problems.Of(Problems.AssetNotFound);
        }

        if (asset.IsArchived)
        {
            return Problems.Of(Problems.AssetArchived);
        }

        if (request.ReservationId is not null)
        {
            return Problems.Of(Problems.ReservationNotFound);
        }

        var now = clock.Now();
        if (found.Running is { } open && open.StartedAt >= now - found.Policy.ResumedFor)
        {
            await session.Connection.ExecuteAsync(cancellationToken, AuditEvent.About(
                AuditActions.InspectionResumed, "inspection", open.Id, now, new { secondsSinceStarted = (long)(now - open.StartedAt).TotalSeconds }).ToInsert());
            return Created(open, isResumed: true, found);
        }

        if (Refuse(request, actor, asset, found.Template) is { } refusal)
        {
            return refusal;
        }

        var (template, writes) = (found.Template!, new List<NpgsqlBatchCommand>());
        if (found.Running is { } old)
        {
            // Too old to go on with: a new one takes its place.
            writes.Add(Statement.Of(
                GiveUp, Statement.Uuid(old.Id), Statement.Instant(now), Statement.Uuid(Guid.CreateVersion7(now)), Statement.Text(AuditActions.InspectionAutoCancelled),
                Statement.Json(JsonSerializer.Serialize(new { reason = "started_again", hoursStale = (long)Math.Round((now - old.StartedAt).TotalHours) }))));
        }

        var snapshot = InspectionSnapshot.Of(template.Content, template.UpdatedAt, template.ContentVersion);
        var run = new InspectionItem(
            Guid.CreateVersion7(now), asset.TenantId, template.Id, request.AssetId, ReservationId: null, actor.UserId, InspectionStatus.InProgress, Outcome: null, SummaryNote: null,
            now, CompletedAt: null, CompletedByUserId: null, ReviewedAt: null, ReviewedByUserId: null, ReviewNote: null, now, snapshot.Name, asset.Tag, asset.Name, found.StarterName,
            CompletedByName: null, ReviewedByName: null, CancelledAt: null, CancelReason: null);
        writes.Add(Statement.Of(
            Insert, Statement.Uuid(run.Id), Statement.Uuid(run.TenantId), Statement.Uuid(run.TemplateId), Statement.Text(run.TemplateName), Statement.Json(snapshot.ToJson()),
            Statement.Uuid(run.AssetId), Statement.Uuid(run.StartedByUserId), Statement.Instant(now)));
        writes.Add(AuditEvent.About(AuditActions.InspectionStarted, "inspection", run.Id, now, new
        {
            assetId = run.AssetId,
            templateId = run.TemplateId,
            reservationId = (Guid?)null,
            snapshotItemCount = snapshot.Items.Count,
            templateVersionAt = snapshot.TemplateVersionAt,
        }).ToInsert());
        await session.Connection.ExecuteAsync(cancellationToken, writes);
        return Created(run, isResumed: false, found);
    }

    private static ProblemHttpResult? Refuse(StartInspectionRequest request, Actor actor, InspectedAsset asset, ChosenTemplate? template) => template switch
    {
        null => Problems.Of(request.TemplateId is null ? Problems.NoTemplateForAsset : Problems.TemplateNotFound),
        { IsArchived: true } => Problems.Of(Problems.TemplateArchived),
        _ when !actor.IsAdmin && template.CategoryId != asset.CategoryId && template.CategoryKind != asset.CategoryKind => Problems.Of(Problems.TemplateNotApplicable),
        _ => null,
    };

    private static Created<StartedInspection> Created(InspectionItem run, bool isResumed, Found found) =>
        TypedResults.Created($"/api/inspections/{run.Id}", new StartedInspection(run, isResumed) { OpenDefects = found.OpenDefects });

    // In this order: of two starts at once the second waits for the asset, and then sees what the first made.
    private static async Task<Found> FindAsync(TenantSession session, StartInspectionRequest request, CancellationToken cancellationToken)
    {
        var (asset, template) = (request.AssetId, request.TemplateId);
        await using var batch = new NpgsqlBatch
        {
            BatchCommands =
            {
                Statement.Of(Lock, Statement.Uuid(asset)), Statement.Of(Asset, Statement.Uuid(asset)), Statement.Of(Starter), Statement.Of(Running, Statement.Uuid(asset)),
                Statement.Of(Template, Statement.Uuid(asset), Statement.Uuid(template)),
                DefectReader.Open("$1", asset),
            },
        };
        await using var reader = await session.ReadAsync(batch, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var assets = await reader.ReadAllAsync(
            r => new InspectedAsset(r.GetGuid(0), r.GetString(1), r.GetString(2), !r.IsDBNull(3), r.GetGuid(4), r.GetString(5)), cancellationToken);
        var (config, starter) = (await reader.ReadAllAsync(r => (r.TextOrNull(0), r.GetString(1)), cancellationToken)).Single();
        var running = await reader.ReadAllAsync(InspectionReader.Item, cancellationToken);
        var rows = await reader.ReadAllAsync(
            r => (Item: Item(r), Template: new ChosenTemplate(
                r.GetGuid(0), new TemplateContent(r.GetString(1), r.TextOrNull(2), []), r.GetInt32(3), r.ValueOrNull<Guid>(4), r.TextOrNull(5),
                r.GetFieldValue<DateTimeOffset>(6), !r.IsDBNull(7))), cancellationToken);
        var chosen = rows.Count == 0 ? null : rows[0].Template with { Content = rows[0].Template.Content with { Items = rows.ConvertAll(r => r.Item) } };
        return new Found(
            assets.SingleOrDefault(), InspectionPolicy.Read(config), starter, running.SingleOrDefault(), chosen,
            await reader.ReadAllAsync(DefectReader.Item, cancellationToken));
    }

    private static TemplateItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(8), reader.GetString(9), WireNames.Parse<InspectionItemType>(reader.GetString(10)), reader.GetBoolean(11), reader.GetBoolean(12), reader.ValueOrNull<double>(13),
        reader.ValueOrNull<double>(14), reader.TextOrNull(15), reader.TextOrNull(16) is { } severity ? WireNames.Parse<DefectSeverity>(severity) : null);

    private sealed record Found(
        InspectedAsset? Asset, InspectionPolicy Policy, string StarterName, InspectionItem? Running, ChosenTemplate? Template, IReadOnlyList<DefectItem> OpenDefects);

    private sealed record InspectedAsset(Guid TenantId, string Tag, string Name, bool IsArchived, Guid CategoryId, string CategoryKind);

    private sealed record ChosenTemplate(
        Guid Id, TemplateContent Content, int ContentVersion, Guid? CategoryId, string? CategoryKind, DateTimeOffset UpdatedAt, bool IsArchived);
}
