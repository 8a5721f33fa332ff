using System.Text.RegularExpressions;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Testing;

namespace Panorama.Worker.Tests.Retention;

public sealed partial class SweepingByTheWorker(OwnDatabase own) : IClassFixture<OwnDatabase>
{
    [Fact]
    public async Task A_day_that_was_missed_is_caught_up_with_and_what_is_lost_is_a_finding()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("panorama-test-worker-").FullName;
        try
        {
            var tenant = await TestTenant.CreateAsync(own.Database, cancellationToken: token);
            var asset = await tenant.AddAssetAsync(cancellationToken: token);
            var (old, lost) = (await AddAsync(500), await AddAsync(5));
            await using var source = NpgsqlDataSource.Create(own.Database.ConnectionString(DatabaseRoles.SuperAdmin));
            await own.Database.DamageAsync(
                """
                insert into job_runs (id, job, fired_at, started_at, finished_at, outcome, items, instance, attempt)
                select gen_random_uuid(), 'photo-retention', t, t, t, 'SUCCEEDED', 0, 'before', 1 from (select now() - interval '27 hours' as t) as day
                """, token);
            await using var worker = WorkerProcess.Start(own.Database, ("STORAGE_DIRECTORY", folder));
            await worker.WaitUntilHealthyAsync(token);
            await Eventually.TrueAsync(
                async () => Overdue().IsMatch(await worker.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative), token)), () => worker.Output, token);

            await RunAsync("photo-retention");
            await RunAsync("object-reconciliation");

            Assert.Equal("SUCCEEDED 1", await OutcomeAsync("photo-retention"));
            Assert.Matches(Swept(), await worker.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative), token));
            Assert.Equal("FINDING 1", await OutcomeAsync("object-reconciliation"));
            Assert.Contains($"A row of photos has lost its object: {lost}", worker.Output, StringComparison.Ordinal);
            Assert.Equal(
                $"{lost}", await own.Database.ReadAsync<string>("select string_agg(id::text, ' ') from photos where tenant_id = $1", token, tenant.Id));
            Assert.Equal(
                $"{old}", await own.Database.ReadAsync<string>(
                    "select string_agg(metadata ->> 'photoId', ' ') from audit_events where tenant_id = $1 and action = 'panorama.photo.hard_deleted' and actor_user_id is null", token, tenant.Id));

            async Task<Guid> AddAsync(int days)
            {
                var id = TestTenant.NewId();
                var key = $"tenants/{tenant.Id}/assets/{asset}/photos/{id}";
                await tenant.AddPhotoAsync(new TestPhoto(id, asset, $"{key}.jpg", $"{key}_t.jpg", TimeProvider.System.GetUtcNow().AddDays(-days)), token);
                return id;
            }

            async Task RunAsync(string job)
            {
                await JobRequests.AskAsync(source, job, JobAction.Run, "test", TimeProvider.System.GetUtcNow(), token);
                await Eventually.TrueAsync(
                    () => own.Database.ReadAsync<bool>("select exists (select 1 from job_runs where job = $1 and finished_at > now() - interval '1 hour')", token, job), () => worker.Output, token);
            }

            Task<string> OutcomeAsync(string job) =>
                own.Database.ReadAsync<string>("select concat_ws(' ', outcome, items) from job_runs where job = $1 order by started_at desc limit 1", token, job);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"(?m)^panorama_photos_retention_overdue(\{[^}]*\})? 1\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Overdue();

    [GeneratedRegex(@"(?m)^panorama_photos_swept(_total)?(\{[^}]*\})? 1\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Swept();
}
