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
                await own.Database.DamageAsync(
                    """
                    insert into photos (id, tenant_id, asset_id, client_upload_key, storage_key, thumbnail_key, source_sha256, source_type, size_bytes, sha256, thumbnail_size_bytes,
                      thumbnail_sha256, width, height, stripped_blocks, uploaded_by_user_id, created_at)
                    select $1, $2, $3, gen_random_uuid(), k || '.jpg', k || '_t.jpg', sha256('a'), 'image/jpeg', 5, sha256('a'), 5, sha256('a'), 1, 1, '{}', $4, now() - make_interval(days => $5)
                      from (select concat('tenants/', $2::uuid, '/assets/', $3::uuid, '/photos/', $1::uuid) as k) as name
                    """,
                    token, id, tenant.Id, asset, tenant.Staff.UserId, days);
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
}
