using System.Text.Json;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

public sealed class RunningInspections(ApiApp app)
{
    private const string Route = "/api/inspections";

    [Fact]
    public async Task An_inspection_is_begun_with_a_copy_of_its_checklist_and_goes_on()
    {
        var world = await InspectionWorld.CreateAsync(app);

        using var started = await world.Driver.SendAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset });

        Assert.Equal("201", await started.OutcomeAsync());
        var run = await started.ReadJsonAsync();
        Assert.Equal($"{Route}/{run.Text("id")}", started.Headers.Location?.ToString());
        Assert.False(run.GetProperty("resumed").GetBoolean());
        Assert.Equal(("IN_PROGRESS", "Pre-trip", "VAN-1", null, null), (run.Text("status"), run.Text("templateName"), run.Text("assetTag"), run.Text("outcome"), run.Text("reservationId")));
        using var resumed = await world.Driver.SendAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset, templateId = TestTenant.NewId() });
        Assert.Equal(("201", started.Headers.Location), (await resumed.OutcomeAsync(), resumed.Headers.Location));
        var again = await resumed.ReadJsonAsync();
        Assert.Equal((run.Text("id"), true), (again.Text("id"), again.GetProperty("resumed").GetBoolean()));

        await world.Admin.SendJsonAsync(HttpMethod.Patch, world.Template, 1, """{"name":"Changed","items":[{"label":"Other","itemType":"TEXT"}]}""");
        var shown = await world.Driver.GetJsonAsync($"{Route}/{run.Text("id")}");
        Assert.Equal(["Tyres", "Fuel", "Remarks"], shown.GetProperty("templateSnapshot").Labels());
        Assert.True(shown.GetProperty("isOutdated").GetBoolean());
        Assert.Equal("Pre-trip", shown.Text("templateName"));
        Assert.Equal("resumed,started", await AuditAsync(world));
    }

    [Fact]
    public async Task An_asset_of_another_organisation_is_none_and_its_inspections_are_not_listed()
    {
        var (world, stranger) = (await InspectionWorld.CreateAsync(app), await InspectionWorld.CreateAsync(app));
        var theirs = await stranger.StartAsync();
        using var owner = app.Client(world.Tenant.Owner);

        foreach (var client in new[] { world.Driver, world.Admin, owner })
        {
            Assert.Equal("404 asset_not_found", await client.SendOutcomeAsync(HttpMethod.Post, Route, null, new { assetId = stranger.Asset }));
        }

        Assert.Empty(await InspectionWorld.IdsAsync(world.Admin, $"?scope=tenant&assetId={stranger.Asset}"));
        Assert.Equal(0L, await app.RunAsync("select count(*) from inspections where tenant_id = $1", world.Tenant.Id));
        Assert.Equal([theirs.ToString()], await InspectionWorld.IdsAsync(stranger.Admin, $"?scope=tenant&assetId={stranger.Asset}"));
    }

    [Fact]
    public async Task Of_sixteen_starts_at_once_one_begins_and_the_others_go_on_with_it()
    {
        var world = await InspectionWorld.CreateAsync(app);

        var started = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => world.Driver.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset })));

        Assert.Single(started.Select(s => s.Text("id")).Distinct(StringComparer.Ordinal));
        Assert.Single(started, s => !s.GetProperty("resumed").GetBoolean());
    }

    [Fact]
    public async Task One_too_old_to_go_on_with_gives_way_to_a_new_one()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var old = await world.StartAsync();
        await app.RunAsync("update inspections set started_at = now() - interval '25 hours' where id = $1", old);

        var next = await world.StartAsync();

        Assert.NotEqual(old, next);
        Assert.Equal("CANCELLED", await app.RunAsync("select status from inspections where id = $1", old));
        Assert.Equal(
            """{"reason": "started_again", "hoursStale": 25}""",
            await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.inspection.auto_cancelled'", world.Tenant.Id));
    }

    [Fact]
    public async Task One_that_somebody_ends_while_it_gives_way_stays_as_they_left_it()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var old = await world.StartAsync();
        await app.RunAsync("update inspections set started_at = now() - interval '25 hours' where id = $1", old);

        var next = await WhileAsync(
            $"update inspections set status = 'COMPLETED', outcome = 'PASS', completed_at = now(), completed_by_user_id = started_by_user_id where id = '{old}'", world.StartAsync);

        Assert.NotEqual(old, next);
        Assert.Equal("COMPLETED", await app.RunAsync("select status from inspections where id = $1 and cancelled_at is null", old));
        Assert.Equal("started", await AuditAsync(world)); // and nobody is told that it was given up
    }

    [Fact]
    public async Task An_asset_that_becomes_another_model_meanwhile_is_inspected()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var model = await app.RunAsync(
            "insert into asset_models (id, tenant_id, name, category_id) select gen_random_uuid(), tenant_id, 'Another', category_id from asset_models where id = $1 returning id", world.Tenant.ModelId);

        var run = await WhileAsync($"update assets set model_id = '{model}' where id = '{world.Asset}'", world.StartAsync);

        Assert.Equal("IN_PROGRESS", await app.RunAsync("select status from inspections where id = $1", run));
    }

    [Fact]
    public async Task The_checklist_of_the_category_comes_before_that_of_the_kind_and_another_must_be_for_the_asset()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var category = await app.RunAsync("select category_id from asset_models where id = $1", world.Tenant.ModelId);
        var own = await world.Admin.MakeTemplateAsync(Checklists.Body("Own", $"\"displayOrder\":9,\"categoryId\":\"{category}\"", """[{"label":"a","itemType":"TEXT"}]"""));
        var foreign = await world.Admin.MakeTemplateAsync(Checklists.Body("Foreign", "\"categoryKind\":\"LICENSE\"", """[{"label":"a","itemType":"TEXT"}]"""));
        var gone = await world.Admin.MakeTemplateAsync(Checklists.Body("Gone", $"\"categoryId\":\"{category}\"", """[{"label":"a","itemType":"TEXT"}]"""));
        await world.Admin.SendOutcomeAsync(HttpMethod.Delete, gone, null);

        foreach (var (template, outcome) in new[] { (foreign, "400 template_not_applicable_to_asset"), (gone, "409 template_archived"), ($"/{TestTenant.NewId()}", "404 template_not_found") })
        {
            Assert.Equal(outcome, await world.Driver.SendOutcomeAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset, templateId = template.Split('/')[^1] }));
        }

        Assert.Equal("404 asset_not_found", await world.Driver.SendOutcomeAsync(HttpMethod.Post, Route, null, new { assetId = TestTenant.NewId() }));
        Assert.Equal("404 reservation_not_found", await world.Driver.SendOutcomeAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset, reservationId = TestTenant.NewId() }));
        Assert.Equal("Own", (await world.Driver.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset })).Text("templateName"));
        Assert.Equal(
            "Foreign", (await world.Admin.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset, templateId = foreign.Split('/')[^1] })).Text("templateName"));
        await world.Admin.SendOutcomeAsync(HttpMethod.Delete, own, null);
        await world.Admin.SendOutcomeAsync(HttpMethod.Delete, world.Template, null);
        using var staff = app.Client(world.Tenant.Staff);
        Assert.Equal("404 no_template_for_asset", await staff.SendOutcomeAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset }));
        await app.RunAsync("update assets set archived_at = now() where id = $1", world.Asset);
        Assert.Equal("400 asset_archived", await staff.SendOutcomeAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset }));
    }

    [Fact]
    public async Task Answers_are_kept_the_last_of_an_item_counts_and_what_is_sent_again_is_no_other()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var run = await world.StartAsync();
        var (tyres, fuel, remarks) = await world.ItemsAsync(run);

        var first = await world.AnswerAsync(run, $$"""{"snapshotItemId":"{{tyres}}","booleanValue":false},{"snapshotItemId":"{{tyres}}","booleanValue":true,"note":"new"},{"snapshotItemId":"{{fuel}}","numberValue":55.5}""");
        Assert.Equal(2, first.Number("count"));
        var again = await world.AnswerAsync(run, $$"""{"snapshotItemId":"{{tyres}}","booleanValue":true,"note":"new"},{"snapshotItemId":"{{fuel}}","numberValue":60}""");
        Assert.Equal(Ids(first), Ids(again));
        await world.AnswerAsync(run, $$"""{"snapshotItemId":"{{remarks}}","textValue":""}""");

        var responses = (await world.Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("responses").EnumerateArray().ToDictionary(r => r.Text("snapshotItemId")!, StringComparer.Ordinal);
        Assert.Equal(3, responses.Count);
        Assert.Equal((true, "new"), (responses[tyres].GetProperty("booleanValue").GetBoolean(), responses[tyres].Text("note")));
        Assert.Equal(60, responses[fuel].GetProperty("numberValue").GetDouble());
        Assert.Equal(world.Tenant.Driver.UserId.ToString(), responses[fuel].Text("respondedByUserId"));
        // Somebody at the desk answers as well, and is named for it; an answer left out of the body loses what it had.
        using var staff = app.Client(world.Tenant.Staff);
        using var other = await staff.SendAsync(HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{"snapshotItemId":"{{tyres}}","booleanValue":true}]}""");
        Assert.Equal("200", await other.OutcomeAsync());
        var changed = (await world.Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("responses").EnumerateArray().Single(r => r.Text("snapshotItemId") == tyres);
        Assert.Equal((world.Tenant.Staff.UserId.ToString(), null), (changed.Text("respondedByUserId"), changed.Text("note")));
        Assert.Equal("2,1,1,1", await app.RunAsync("select string_agg(metadata ->> 'count', ',' order by occurred_at, id) from audit_events where tenant_id = $1 and action = 'panorama.inspection.responded'", world.Tenant.Id));
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_its_item_keeps_none()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var run = await world.StartAsync();
        var (tyres, fuel, remarks) = await world.ItemsAsync(run);
        var none = TestTenant.NewId();

        foreach (var (answer, outcome, about) in new[]
        {
            ($$"""{"snapshotItemId":"{{none}}","booleanValue":true}""", "snapshot_item_id_not_in_snapshot", none.ToString()),
            ($$"""{"snapshotItemId":"{{tyres}}"}""", "response_missing_booleanValue", tyres),
            ($$"""{"snapshotItemId":"{{tyres}}","textValue":"yes"}""", "response_missing_booleanValue", tyres),
            ($$"""{"snapshotItemId":"{{fuel}}","booleanValue":true}""", "response_missing_numberValue", fuel),
            ($$"""{"snapshotItemId":"{{fuel}}","numberValue":-0.1}""", "response_below_min", fuel),
            ($$"""{"snapshotItemId":"{{fuel}}","numberValue":100.1}""", "response_above_max", fuel),
            ($$"""{"snapshotItemId":"{{tyres}}","booleanValue":true,"numberValue":1}""", "response_multiple_values", tyres),
        })
        {
            using var response = await world.Driver.SendAsync(
                HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{"snapshotItemId":"{{remarks}}","textValue":"kept?"},{{answer}}]}""");
            var problem = await response.ReadProblemAsync();
            Assert.Equal((400, outcome, $"{outcome}:{about}"), (problem.Status, problem.Code, problem.Body.Text("message")));
        }

        foreach (var body in new[]
        {
            """{"responses":[]}""", "{}", """{"responses":[null]}""", $$"""{"responses":[{"snapshotItemId":"{{remarks}}","numberValue":1e999}]}""",
            $$"""{"responses":[{"snapshotItemId":"{{remarks}}","numberValue":-1e999}]}""", $$"""{"responses":[{{string.Join(',', Enumerable.Repeat($$"""{"snapshotItemId":"{{tyres}}","booleanValue":true}""", 51))}}]}""",
        })
        {
            Assert.Equal("400 invalid_body", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/responses", null, body));
        }

        Assert.Equal(0L, await app.RunAsync("select count(*) from inspection_responses where inspection_id = $1", run));
    }

    [Fact]
    public async Task Fifty_of_the_longest_answers_are_taken()
    {
        var world = await InspectionWorld.CreateAsync(app);
        await world.Admin.SendJsonAsync(HttpMethod.Patch, world.Template, 1, $$"""{"items":[{{string.Join(',', Enumerable.Range(1, 50).Select(i => $$"""{"label":"Item {{i}}","itemType":"TEXT"}"""))}}]}""");
        var run = await world.StartAsync();
        var items = (await world.Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("templateSnapshot").ItemIds().ToList();
        var text = new string('é', 2_000);

        var kept = await world.AnswerAsync(run, string.Join(',', items.Select(i => $$"""{"snapshotItemId":"{{i}}","textValue":"{{text}}","note":"{{text}}"}""")));

        Assert.Equal(50, kept.Number("count"));
        Assert.Equal("400 invalid_body", await world.Driver.SendOutcomeAsync(
            HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{"snapshotItemId":"{{items[0]}}","textValue":"{{text}}x"}]}"""));
    }

    [Fact]
    public async Task It_is_completed_when_what_is_needed_is_answered_once_of_sixteen_at_once_and_reviewed_once()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var run = await world.StartAsync();
        var (tyres, fuel, _) = await world.ItemsAsync(run);

        using var early = await world.Driver.SendAsync(HttpMethod.Post, $"{Route}/{run}/complete", null, """{"outcome":"PASS"}""");
        var problem = await early.ReadProblemAsync();
        Assert.Equal((400, "required_items_missing", "required_items_missing:Tyres|Fuel"), (problem.Status, problem.Code, problem.Body.Text("message")));
        Assert.Equal("answer,answer", string.Join(',', problem.Body.GetProperty("args").GetProperty("missing").EnumerateArray().Select(m => m.Text("reason"))));
        await world.AnswerAsync(run, $$"""{"snapshotItemId":"{{tyres}}","booleanValue":true},{"snapshotItemId":"{{fuel}}","numberValue":0}""");
        Assert.Equal("409 inspection_not_completed", await world.Admin.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/review", null));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/complete", null, """{"outcome":"FAIL","summaryNote":"worn"}""")));
        Assert.Equal(["200", .. Enumerable.Repeat("409 inspection_not_in_progress", 15)], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal("409 inspection_not_in_progress", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/responses", null, $$"""{"responses":[{"snapshotItemId":"{{tyres}}","booleanValue":true}]}"""));
        Assert.Equal("409 inspection_already_completed", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/cancel", null));
        Assert.Equal([run.ToString()], await InspectionWorld.IdsAsync(world.Admin, "?scope=tenant&needsReview=true&status=IN_PROGRESS"));

        using var staff = app.Client(world.Tenant.Staff);
        Assert.Equal("403 admin_role_required", await staff.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/review", null));
        Assert.Equal("409 inspection_not_yet_reviewed", await world.Admin.SendOutcomeAsync(HttpMethod.Patch, $"{Route}/{run}/review-note", null, """{"reviewNote":"x"}"""));
        var reviews = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Admin.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/review", null, """{"reviewNote":"seen"}""")));
        Assert.Equal(["200", .. Enumerable.Repeat("409 inspection_already_reviewed", 3)], reviews.Order(StringComparer.Ordinal));
        Assert.Equal("changed", (await world.Admin.SendJsonAsync(HttpMethod.Patch, $"{Route}/{run}/review-note", null, """{"reviewNote":"changed"}""")).Text("reviewNote"));
        Assert.Empty(await InspectionWorld.IdsAsync(world.Admin, "?scope=tenant&needsReview=1"));
        Assert.Equal("completed,responded,review_note_updated,reviewed,started", await AuditAsync(world));
        Assert.Equal(
            """{"outcome": "FAIL", "signature": null, "photoCount": 0, "reservationId": null, "responseCount": 2, "summaryNotePresent": true}""",
            await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.inspection.completed'", world.Tenant.Id));
        var messages = (string)(await app.RunAsync(
            "select string_agg(concat_ws(' ', split_part(event_type, '.', 3), actor_user_id, payload ->> 'outcome', payload ->> 'responseCount'), ',' order by event_type) from notification_events where tenant_id = $1 and resource_id = $2",
            world.Tenant.Id, run))!;
        Assert.Equal($"completed {world.Tenant.Driver.UserId} FAIL 2,reviewed {world.Tenant.FleetAdmin.UserId} FAIL", messages);
    }

    [Fact]
    public async Task A_photo_that_is_needed_is_missed_by_name()
    {
        var world = await InspectionWorld.CreateAsync(app);
        await world.Admin.SendJsonAsync(
            HttpMethod.Patch, world.Template, 1, """{"items":[{"label":"Damage|left","itemType":"BOOLEAN","photoRequired":true},{"label":"Free","itemType":"PHOTO"},{"label":"Dash","itemType":"PHOTO","required":true}]}""");
        var run = await world.StartAsync();

        using var early = await world.Driver.SendAsync(HttpMethod.Post, $"{Route}/{run}/complete", null, """{"outcome":"PASS"}""");

        Assert.Equal("required_items_missing:Damage|left (photo required)|Dash (photo required)", (await early.ReadProblemAsync()).Body.Text("message"));
    }

    [Fact]
    public async Task It_is_given_up_once_and_keeps_its_answers()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var run = await world.StartAsync();
        var (tyres, _, _) = await world.ItemsAsync(run);
        await world.AnswerAsync(run, $$"""{"snapshotItemId":"{{tyres}}","booleanValue":true}""");

        Assert.Equal("CANCELLED", (await world.Driver.SendJsonAsync(HttpMethod.Post, $"{Route}/{run}/cancel", null, """{"reason":"wrong van"}""")).Text("status"));
        Assert.Equal("CANCELLED", (await world.Driver.SendJsonAsync(HttpMethod.Post, $"{Route}/{run}/cancel", null)).Text("status"));

        Assert.Equal("409 inspection_not_in_progress", await world.Driver.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/complete", null, """{"outcome":"PASS"}"""));
        Assert.Equal(1, (await world.Driver.GetJsonAsync($"{Route}/{run}")).GetProperty("responses").GetArrayLength());
        Assert.Equal("cancelled,responded,started", await AuditAsync(world));
    }

    [Fact]
    public async Task A_driver_sees_and_does_ones_own_the_desk_all_and_another_organisation_none()
    {
        var world = await InspectionWorld.CreateAsync(app);
        var stranger = await app.CreateInspectingTenantAsync();
        using var staff = app.Client(world.Tenant.Staff);
        using var elsewhere = app.Client(stranger.Owner);
        var run = (await staff.SendJsonAsync(HttpMethod.Post, Route, null, new { assetId = world.Asset })).GetProperty("id").GetGuid();
        var own = await world.StartAsync();

        foreach (var client in new[] { world.Driver, elsewhere })
        {
            foreach (var (method, suffix, body) in new[]
            {
                (HttpMethod.Get, "", null), (HttpMethod.Post, "/responses", $$"""{"responses":[{"snapshotItemId":"{{run}}"}]}"""), (HttpMethod.Post, "/complete", """{"outcome":"PASS"}"""),
                (HttpMethod.Post, "/cancel", "{}"),
            })
            {
                Assert.Equal((suffix, "404 inspection_not_found"), (suffix, await client.SendOutcomeAsync(method, $"{Route}/{run}{suffix}", null, body)));
            }
        }

        Assert.Equal("404 inspection_not_found", await elsewhere.SendOutcomeAsync(HttpMethod.Post, $"{Route}/{run}/review", null));
        Assert.Equal("404 inspection_not_found", await world.Driver.GetOutcomeAsync($"{Route}/x"));
        Assert.Equal([own.ToString()], await InspectionWorld.IdsAsync(world.Driver, ""));
        Assert.Equal("403 admin_role_required_for_tenant_scope", await world.Driver.GetOutcomeAsync($"{Route}?scope=tenant"));
        Assert.Equal([own.ToString(), run.ToString()], await InspectionWorld.IdsAsync(staff, "?scope=tenant"));
        Assert.Equal([run.ToString()], await InspectionWorld.IdsAsync(staff, "?scope=mine&status=all&outcome=all"));
        Assert.Empty(await InspectionWorld.IdsAsync(staff, $"?scope=tenant&assetId={TestTenant.NewId()}"));
        Assert.Empty(await InspectionWorld.IdsAsync(staff, $"?scope=tenant&reservationId={TestTenant.NewId()}"));
        Assert.Empty(await InspectionWorld.IdsAsync(staff, "?scope=tenant&status=COMPLETED"));
        foreach (var query in new[] { "scope=all", "status=DONE", "outcome=pass", "limit=0", "assetId=x", "cursor=x" })
        {
            Assert.Equal((query, "400 invalid_query"), (query, await staff.GetOutcomeAsync($"{Route}?{query}")));
        }
    }

    [Fact]
    public async Task Pages_show_each_once_newest_first()
    {
        var world = await InspectionWorld.CreateAsync(app);
        await app.RunAsync(
            """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, status, started_at, cancelled_at)
            select gen_random_uuid(), $1, t.id, 'n', '{"items":[{}]}', $2, $3, 'CANCELLED', timestamptz '2026-01-01' + (n / 3) * interval '1 s', now()
              from generate_series(1, 23) n, inspection_templates t where t.tenant_id = $1
            """, world.Tenant.Id, world.Asset, world.Tenant.Driver.UserId);
        var whole = await InspectionWorld.IdsAsync(world.Driver, "?limit=200");

        Assert.Equal(23, whole.Count);
        Assert.Equal(whole, await world.Driver.IdsOfPagesAsync(Route));
    }

    [Theory]
    [InlineData("update inspections set template_snapshot = '{\"items\":[{}]}' where id = $1", "42501")]
    [InlineData("delete from inspections where id = $1", "42501")]
    [InlineData("delete from inspection_responses where inspection_id = $1", "42501")]
    [InlineData("update inspections set started_at = now() where id = $1", "42501")]
    [InlineData("insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, responded_by_user_id, responded_at) select gen_random_uuid(), tenant_id, id, gen_random_uuid(), started_by_user_id, now() from inspections where id = $1", "23503")]
    public async Task What_was_asked_and_answered_cannot_be_changed_by_the_login_that_works_with_it(string sql, string state)
    {
        var world = await InspectionWorld.CreateAsync(app);
        var run = await world.StartAsync();
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.TryAsync(world.Tenant.Driver, sql, run));

        Assert.Equal(state, refused.SqlState);
        // And by nobody else either.
        var owner = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.RunAsync("update inspections set template_snapshot = '{\"items\":[{}]}' where id = $1", run));
        Assert.Equal(("22023", "inspection_snapshot_immutable"), (owner.SqlState, owner.MessageText));
    }

    private async Task<string> AuditAsync(InspectionWorld world) => (string)(await app.RunAsync(
        "select string_agg(distinct split_part(action, '.', 3), ',' order by split_part(action, '.', 3)) from audit_events where tenant_id = $1 and resource_type = 'inspection'", world.Tenant.Id))!;

    private static IEnumerable<string?> Ids(JsonElement kept) => kept.GetProperty("responses").EnumerateArray().Select(r => r.Text("id")).Order(StringComparer.Ordinal);

    /// <summary>Begins the statement, lets the request wait for what it holds, and commits it.</summary>
    private async Task<Guid> WhileAsync(string statement, Func<Task<Guid>> request)
    {
        await using var holder = await app.Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var watcher = await app.Database.OpenSuperuserAsync(TestContext.Current.CancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var held = new NpgsqlCommand(statement, holder, transaction);
        await held.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var isWaitedFor = new NpgsqlCommand($"select exists (select from pg_stat_activity where {holder.ProcessID} = any(pg_blocking_pids(pid)))", watcher);
        var waiting = request();
        while (!waiting.IsCompleted && (await isWaitedFor.ExecuteScalarAsync(TestContext.Current.CancellationToken)) is not true)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.False(waiting.IsCompleted);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        return await waiting;
    }
}
