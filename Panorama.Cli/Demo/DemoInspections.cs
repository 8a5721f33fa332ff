using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Demo;

/// <summary>Checklists of the demo and what a week of inspections came to: some passed, one that was looked at, one that waits for it and one that goes on.</summary>
internal static class DemoInspections
{
    private static readonly Run[] Runs =
    [
        new("NW-V027", TimeSpan.FromDays(6), InspectionOutcome.Pass),
        new("NW-V028", TimeSpan.FromDays(5), InspectionOutcome.Pass),
        new("NW-V029", TimeSpan.FromDays(4), InspectionOutcome.NeedsMaintenance, "Right-hand mirror is cracked.", "Rear-view mirrors", "Cracked across, still shows the lane.", "Ordered; it is fitted on Thursday."),
        new("NW-V027", TimeSpan.FromDays(2), InspectionOutcome.Pass, "Washed before the trip."),
        new("NW-V030", TimeSpan.FromHours(20), InspectionOutcome.Fail, "Do not drive it: the brake pedal goes soft.", "Service brakes, including trailer brake connections", "Soft on the second push, fluid looks low."),
        new("NW-V031", TimeSpan.FromMinutes(20), null),
    ];

    /// <summary>From the beginning of one to its end.</summary>
    private static readonly TimeSpan Spent = TimeSpan.FromMinutes(6);

    /// <param name="Asset">Its tag.</param>
    /// <param name="Ago">Before now.</param>
    /// <param name="Outcome">Null goes on.</param>
    /// <param name="Wrong">The item that was answered with no.</param>
    /// <param name="Review">What its review says; null where there was none.</param>
    private sealed record Run(string Asset, TimeSpan Ago, InspectionOutcome? Outcome, string? Note = null, string? Wrong = null, string? WrongNote = null, string? Review = null);

    /// <summary>Makes them in an organisation that has no checklist yet.</summary>
    /// <returns>How many inspections were made.</returns>
    public static async Task<int> EnsureAsync(NpgsqlDataSource migrator, CliContext context, DemoTenant demo, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await migrator.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await TenantRows.OpenAsync(connection, tenantId, cancellationToken);
        if (await connection.ScalarAsync<bool>("select exists (select 1 from inspection_templates where tenant_id = $1)", cancellationToken, Uuid(tenantId)))
        {
            return 0;
        }

        var people = (await connection.QueryAsync(
            "select u.email, u.id from tenant_memberships m join users u on u.id = m.user_id where m.tenant_id = $1 and u.email = any($2)", r => (Email: r.GetString(0), Id: r.GetGuid(1)),
            cancellationToken, Uuid(tenantId), Texts(demo.People.Select(p => p.Email)))).ToDictionary(p => p.Email, p => p.Id, StringComparer.Ordinal);
        var (manager, driver) = (people[demo.People[1].Email], people[demo.People[3].Email]);
        var trucks = await connection.ScalarAsync<Guid>("select id from categories where tenant_id = $1 and name = 'Trucks'", cancellationToken, Uuid(tenantId));
        var order = 0;
        InspectionSnapshot? ofTrucks = null;
        var ofTrucksId = Guid.Empty;
        foreach (var template in TemplateLibrary.All.Where(t => t.Key is "dvir" or "light-vehicle" or "laptop-handover"))
        {
            var isForTrucks = template.Key == "dvir";
            var (id, snapshot) = await AddTemplateAsync(connection, context, tenantId, manager, template, isForTrucks ? trucks : null, order++, cancellationToken);
            (ofTrucks, ofTrucksId) = isForTrucks ? (snapshot, id) : (ofTrucks, ofTrucksId);
        }

        foreach (var run in Runs)
        {
            var id = await AddRunAsync(connection, context.Now, tenantId, (driver, manager), ofTrucksId, ofTrucks!, run, cancellationToken);
            if (run.Outcome is not null)
            {
                await SignAsync(connection, context.Now, new Signable(id, tenantId, run.Outcome, run.Note, run.Review, ofTrucks!), run, (driver, demo.People[3].Name), (manager, demo.People[1].Name), cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return Runs.Length;
    }

    private static async Task<(Guid Id, InspectionSnapshot Snapshot)> AddTemplateAsync(
        NpgsqlConnection connection, CliContext context, Guid tenantId, Guid manager, LibraryTemplate template, Guid? category, int order, CancellationToken cancellationToken)
    {
        var (id, now) = (Guid.CreateVersion7(context.Now), context.Now);
        var content = template.In("en");
        content = content with { Items = [.. content.Items.Select(i => i with { Id = Guid.CreateVersion7(now) })] };
        await connection.ExecuteAsync(
            """
            insert into inspection_templates (id, tenant_id, name, description, category_kind, category_id, display_order, created_by_user_id, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
            """,
            cancellationToken, Uuid(id), Uuid(tenantId), Text(content.Name), Text(content.Description), Text(category is null ? WireNames.Of(template.CategoryKind) : null), Uuid(category),
            Int(order), Uuid(manager), Instant(now));
        await connection.ExecuteAsync(
            """
            insert into inspection_template_items (id, tenant_id, template_id, position, label, item_type, required, photo_required, min_value, max_value, help_text, severity, created_at, updated_at)
            select (item ->> 'id')::uuid, $1, $2, position - 1, item ->> 'label', item ->> 'itemType', (item ->> 'required')::boolean, (item ->> 'photoRequired')::boolean,
                   (item ->> 'minValue')::float8, (item ->> 'maxValue')::float8, item ->> 'helpText', item ->> 'severity', $4, $4
              from jsonb_array_elements($3 -> 'items') with ordinality as i(item, position)
            """, cancellationToken, Uuid(tenantId), Uuid(id), Json(content.ToJson()), Instant(now));
        await connection.ExecuteAsync(
            """
            insert into inspection_template_versions (tenant_id, template_id, number, content, item_count, published_by_user_id, published_at)
            values ($1, $2, 1, $3, $4, $5, $6)
            """, cancellationToken, Uuid(tenantId), Uuid(id), Json(content.ToJson()), Int(content.Items.Count), Uuid(manager), Instant(now));
        return (id, new InspectionSnapshot(content.Name, content.Description, now, ContentVersion: 1, SnapshotItem.Of(content)));
    }

    // With typed names: what draws has no place in the command line.
    private static async Task SignAsync(
        NpgsqlConnection connection, DateTimeOffset now, Signable signed, Run run, (Guid Id, string Name) driver, (Guid Id, string Name) manager, CancellationToken cancellationToken)
    {
        var ended = now - run.Ago + Spent;
        await SignatureRows.KeepAsync(connection, signed, new Signer(SignatureRole.Driver, driver.Id, driver.Name, Path: null), ended, cancellationToken);
        if (run.Review is not null)
        {
            await SignatureRows.KeepAsync(connection, signed, new Signer(SignatureRole.Reviewer, manager.Id, manager.Name, Path: null), ended + TimeSpan.FromHours(3), cancellationToken);
        }
    }

    private static async Task<Guid> AddRunAsync(
        NpgsqlConnection connection, DateTimeOffset now, Guid tenantId, (Guid Driver, Guid Manager) people, Guid templateId, InspectionSnapshot snapshot, Run run,
        CancellationToken cancellationToken)
    {
        var (id, began) = (Guid.CreateVersion7(now - run.Ago), now - run.Ago);
        var ended = began + Spent;
        await connection.ExecuteAsync(
            """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, status, outcome, summary_note, started_at, created_at, updated_at,
              completed_at, completed_by_user_id, reviewed_at, reviewed_by_user_id, review_note)
            select $1, $2, $3, $4, $5, a.id, $6, case when $7::text is null then 'IN_PROGRESS' else 'COMPLETED' end, $7, $8, $9, $9, $9,
                   case when $7::text is not null then $10::timestamptz end, case when $7::text is not null then $6 end,
                   case when $11::text is not null then $10::timestamptz + interval '3 hours' end, case when $11::text is not null then $12::uuid end, $11
              from assets a where a.tenant_id = $2 and a.tag = $13
            """,
            cancellationToken, Uuid(id), Uuid(tenantId), Uuid(templateId), Text(snapshot.Name), Json(snapshot.ToJson()), Uuid(people.Driver),
            Text(run.Outcome is { } outcome ? WireNames.Of(outcome) : null), Text(run.Note), Instant(began), Instant(ended), Text(run.Review), Uuid(people.Manager), Text(run.Asset));
        var answered = snapshot.Items.Where(i => i.ItemType == InspectionItemType.Boolean).Take(run.Outcome is null ? 4 : int.MaxValue).ToList();
        await connection.ExecuteAsync(
            """
            insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, note, responded_by_user_id, responded_at, created_at, updated_at)
            select a.id, $1, $2, a.item, a.yes, a.note, $3, $4, $4, $4 from unnest($5, $6, $7, $8) a(id, item, yes, note)
            """,
            cancellationToken, Uuid(tenantId), Uuid(id), Uuid(people.Driver), Instant(began + TimeSpan.FromMinutes(3)), Uuids(answered.Select(_ => Guid.CreateVersion7(began))),
            Uuids(answered.Select(i => i.Id)), Flags(answered.Select(i => i.Label != run.Wrong)), Texts(answered.Select(i => i.Label == run.Wrong ? run.WrongNote : null)));
        if (answered.Find(i => i.Label == run.Wrong) is { Severity: { } severity } wrong)
        {
            var found = new FoundDefect(wrong, severity, run.WrongNote);
            await connection.ExecuteAsync(
                """
                insert into defects (id, tenant_id, asset_id, inspection_id, snapshot_item_id, label, label_key, severity, note, opened_at, opened_by_user_id, last_seen_inspection_id, last_seen_at)
                select $1, $2, i.asset_id, i.id, $4, $5, $6, $7, $8, $9, $10, i.id, $9 from inspections i where i.tenant_id = $2 and i.id = $3
                """,
                cancellationToken, Uuid(Guid.CreateVersion7(ended)), Uuid(tenantId), Uuid(id), Uuid(wrong.Id), Text(wrong.Label), Text(found.LabelKey), Text(WireNames.Of(severity)),
                Text(run.WrongNote), Instant(ended), Uuid(people.Driver));
        }

        return id;
    }
}
