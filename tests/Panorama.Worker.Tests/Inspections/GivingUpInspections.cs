using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Jobs;
using Panorama.Core.Notifications.Events;
using Panorama.Testing;
using Panorama.Worker.Inspections;
using Panorama.Worker.Scheduling;
using Panorama.Worker.Tests.Notifications;
using Quartz;

namespace Panorama.Worker.Tests.Inspections;

public sealed class GivingUpInspections(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private TestDatabase Database => own.Database;

    [Fact]
    public async Task What_nobody_ended_in_three_times_the_hours_is_cancelled_and_told_once_and_one_begins_is_reminded_after_the_first()
    {
        var (usual, strict, off, offered) = (await CreateAsync("null"), await CreateAsync("""{"staleInProgressHours":1}"""), await CreateAsync(config: null), await CreateAsync("""{"staleInProgressHours":"?"}"""));
        var stale = await BeginAsync(usual, Noon.AddHours(-100));
        var atTheLimit = await BeginAsync(usual, Noon.AddHours(-72));
        var open = await BeginAsync(usual, Noon.AddHours(-25));
        var fresh = await BeginAsync(usual, Noon.AddHours(-1));
        var strictly = await BeginAsync(strict, Noon.AddHours(-4));
        var withoutFeature = await BeginAsync(off, Noon.AddHours(-100));
        var unreadable = await BeginAsync(offered, Noon.AddHours(-100)); // a policy that cannot be read is the usual one
        await AnswerAsync(usual, stale);

        var first = await RunAsync(Noon);
        var again = await RunAsync(Noon.AddMinutes(1)); // the one at the limit is over it

        Assert.Equal((3L, 1L), (first, again));
        foreach (var (run, status) in new[]
        {
            (stale, "CANCELLED"), (atTheLimit, "CANCELLED"), (open, "IN_PROGRESS"), (fresh, "IN_PROGRESS"), (strictly, "CANCELLED"), (withoutFeature, "IN_PROGRESS"), (unreadable, "CANCELLED"),
        })
        {
            Assert.Equal((run, status), (run, await Database.OneAsync<string>("select status from inspections where id = $1", run)));
        }

        Assert.Equal(
            """{"reason": "auto_cancel_stale", "hoursStale": 100} panorama_super_admin""",
            await Database.OneAsync<string>(
                "select concat_ws(' ', metadata::text, actor_user_id, 'panorama_super_admin') from audit_events where tenant_id = $1 and resource_id = $2 and action = 'panorama.inspection.auto_cancelled'",
                usual.Id, stale.ToString()));
        Guid[] tenants = [usual.Id, strict.Id, off.Id, offered.Id];
        Assert.Equal(4L, await Database.OneAsync<long>("select count(*) from audit_events where action = 'panorama.inspection.auto_cancelled' and tenant_id = any($1)", tenants));
        Assert.Equal(1L, await Database.OneAsync<long>("select count(*) from inspection_responses where inspection_id = $1", stale));
        Assert.Equal(
            new[] { $"auto_cancelled {stale}", $"auto_cancelled {atTheLimit}", $"auto_cancelled {strictly}", $"auto_cancelled {unreadable}", $"left_open {open}", $"left_open {atTheLimit}" }
                .Order(StringComparer.Ordinal),
            await ToldAsync(tenants));

        Assert.Equal(0L, await RunAsync(Noon.AddMinutes(2)));
        Assert.Equal(6, (await ToldAsync(tenants)).Count());
        Assert.Equal(
            TimeSpan.FromHours(72),
            await Database.OneAsync<TimeSpan>(
                "select (payload ->> 'givenUpAt')::timestamptz - (payload ->> 'startedAt')::timestamptz from notification_events where resource_id = $1 and event_type like '%left_open'", open));
    }

    [Fact]
    public async Task Who_was_reminded_is_not_reminded_again_when_the_reminder_itself_is_gone()
    {
        var tenant = await CreateAsync("""{"staleInProgressHours":168}""");
        await BeginAsync(tenant, Noon.AddDays(-7).AddHours(-1));
        await RunAsync(Noon);
        Assert.Single(await ToldAsync([tenant.Id]));

        // As the sweep of notices does after seven days, where an organisation keeps them no longer.
        await Database.SetAsync("delete from notification_dedup where tenant_id = $1", tenant.Id);
        await RunAsync(Noon.AddDays(7));

        Assert.Single(await ToldAsync([tenant.Id]));
    }

    [Fact]
    public async Task Two_at_once_and_one_that_is_answered_meanwhile_do_not_meet()
    {
        var tenant = await CreateAsync("null");
        var runs = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            runs.Add(await BeginAsync(tenant, Noon.AddHours(-100 - i)));
        }

        await using var holder = await Database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await Sql.RunAsync(holder, "select 1 from inspections where id = $1 for no key update", TestContext.Current.CancellationToken, runs[7]);

        var given = await Task.WhenAll(RunAsync(Noon, 3), RunAsync(Noon, 3), RunAsync(Noon, 3));

        Assert.Equal(19L, given.Sum());
        Assert.Equal("IN_PROGRESS", await Database.OneAsync<string>("select status from inspections where id = $1", runs[7]));
        Assert.Equal(19L, await Database.OneAsync<long>("select count(distinct resource_id) from notification_events where tenant_id = $1 and event_type like '%auto_cancelled'", tenant.Id));
        Assert.Equal(19L, await Database.OneAsync<long>("select count(*) from notification_events where tenant_id = $1 and event_type like '%auto_cancelled'", tenant.Id));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1L, await RunAsync(Noon.AddHours(1)));
    }

    [Fact]
    public async Task Mail_of_a_failed_inspection_names_the_asset_who_found_it_and_what_was_noted()
    {
        var tenant = await CreateAsync("null");
        var run = await BeginAsync(tenant, Noon.AddHours(-1));
        await Database.SetAsync(
            "update inspections set status = 'COMPLETED', outcome = 'FAIL', completed_at = $2, completed_by_user_id = started_by_user_id, summary_note = 'Left rear <tyre> is worn' where id = $1", run, Noon);
        await Database.SetAsync("update users set locale = 'es' where id = $1", tenant.Owner.UserId);
        var asset = await Database.OneAsync<Guid>("select asset_id from inspections where id = $1", run);
        var server = MailServer.Start();
        await using var dispatcher = new TestDispatcher(Database, server, new SetClock(Noon));

        await Database.EnqueueAsync(tenant, new InspectionCompleted(run, asset, null, tenant.Driver.UserId, InspectionOutcome.Fail, 1, 12), Noon, tenant.Driver);
        await dispatcher.DrainAsync();

        var mail = Assert.Single(server.To(tenant.FleetAdmin.Email));
        Assert.Contains("must stay parked", mail.Subject, StringComparison.Ordinal);
        Assert.Contains($"driver of {tenant.Slug} gave 12 answers and 1 photo to Pre-trip: Left rear <tyre> is worn", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Left rear &lt;tyre&gt; is worn", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains($"https://fleet.example/inspections/{run}", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("12 respuestas y 1 foto en Pre-trip", Assert.Single(server.To(tenant.Owner.Email)).TextBody, StringComparison.Ordinal);
        Assert.Empty(server.To(tenant.Staff.Email));
        Assert.Equal(2L, await Database.OneAsync<long>("select count(*) from notices where tenant_id = $1", tenant.Id));
        await server.DisposeAsync();
    }

    [Fact]
    public void The_sweep_comes_each_hour()
    {
        var cron = CronExpression.Parse(SweepStaleInspectionsJob.Schedule.Cron).WithTimeZone(JobSchedule.TimeZone);

        var first = cron.GetNextValidTimeAfter(Noon)!.Value;
        var second = cron.GetNextValidTimeAfter(first)!.Value;

        Assert.InRange(first, Noon, Noon.AddHours(1));
        Assert.Equal(TimeSpan.FromHours(1), second - first);
    }

    [Fact]
    public async Task The_job_leaves_all_as_it_is_where_the_installation_does_not_offer_inspections()
    {
        var token = TestContext.Current.CancellationToken;
        var tenant = await CreateAsync("null");
        var run = await BeginAsync(tenant, TimeProvider.System.GetUtcNow().AddHours(-100));
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));

        foreach (var (flag, status) in new[] { ("false", "IN_PROGRESS"), ("true", "CANCELLED") })
        {
            await using var worker = WorkerProcess.Start(Database, ("FEATURE_INSPECTIONS", flag));
            await worker.WaitUntilHealthyAsync(token);
            var (request, _) = await JobRequests.AskAsync(source, SweepStaleInspectionsJob.Schedule.Name, JobAction.Run, "test", TimeProvider.System.GetUtcNow(), token);
            await Eventually.TrueAsync(
                () => Database.ReadAsync<bool>("select exists (select 1 from job_runs where request_id = $1 and outcome = 'SUCCEEDED')", token, request), () => worker.Output, token);

            Assert.Equal((flag, status), (flag, await Database.OneAsync<string>("select status from inspections where id = $1", run)));
            await worker.StopAsync(token);
        }

        Assert.Equal(1L, await Database.OneAsync<long>("select count(*) from audit_events where tenant_id = $1 and action = 'panorama.inspection.auto_cancelled'", tenant.Id));
    }

    private async Task<long> RunAsync(DateTimeOffset now, int batchSize = 1)
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString(DatabaseRoles.SuperAdmin));
        return await SweepStaleInspections.ExecuteAsync(source, now, batchSize, JobTurn.Unlimited, TestContext.Current.CancellationToken);
    }

    private async Task<IEnumerable<string>> ToldAsync(Guid[] tenants) => (await Database.OneAsync<string[]>(
        "select array_agg(split_part(event_type, '.', 3) || ' ' || resource_id) from notification_events where event_type ~ 'inspection.(left_open|auto_cancelled)' and tenant_id = any($1)",
        tenants)).Order(StringComparer.Ordinal);

    /// <param name="config">Its policy as JSON; null has inspections off.</param>
    private async Task<TestTenant> CreateAsync(string? config)
    {
        var tenant = await TestTenant.CreateAsync(Database, cancellationToken: TestContext.Current.CancellationToken);
        await Database.SetAsync("insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, 'inspections', $2, now())", tenant.Id, config is not null);
        await Database.SetAsync("update tenants set inspection_config = nullif($2, 'null')::jsonb where id = $1", tenant.Id, config ?? "null");
        await Database.SetAsync(
            "insert into inspection_templates (id, tenant_id, name, category_kind, created_by_user_id, created_at) values (gen_random_uuid(), $1, 'Pre-trip', 'VEHICLE', $2, now())", tenant.Id, tenant.Owner.UserId);
        return tenant;
    }

    private async Task<Guid> BeginAsync(TestTenant tenant, DateTimeOffset at)
    {
        var (id, asset) = (Guid.CreateVersion7(at), await tenant.AddAssetAsync(cancellationToken: TestContext.Current.CancellationToken));
        await Database.SetAsync(
            """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, started_at, created_at)
            select $1, $2, t.id, t.name, '{"items":[{"id":"0193a6d0-0000-7000-8000-000000000001"}]}', $3, $4, $5, $5 from inspection_templates t where t.tenant_id = $2
            """, id, tenant.Id, asset, tenant.Driver.UserId, at);
        return id;
    }

    private Task<int> AnswerAsync(TestTenant tenant, Guid run) => Database.SetAsync(
        """
        insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, responded_by_user_id, responded_at, created_at)
        values (gen_random_uuid(), $1, $2, '0193a6d0-0000-7000-8000-000000000001', true, $3, now(), now())
        """, tenant.Id, run, tenant.Driver.UserId);
}
