using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Core.Retention;
using Panorama.Core.Storage;
using Panorama.Operations.Tests.Running;
using Panorama.Testing;

namespace Panorama.Operations.Tests;

/// <summary>
/// A process is killed (SIGKILL) in the middle of uploads and sweeps, and then both sides are counted: what was answered for is there, no row is without its
/// objects, and what is left of the rest goes. A round in which nothing was under way does not count. <c>scripts/kill-check</c> runs fifty.
/// </summary>
public sealed class KillingWhileFilesMove(TestDatabase database, ITestOutputHelper output) : IDisposable
{
    private const int Senders = 6;
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(900);
    private static readonly byte[] Picture = File.ReadAllBytes(Path.Combine(Repository.Root, "tests/Data/field/pho-01-orient6.jpg"));

    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-test-kill-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>As many as the script says; where it does not, 25 of each with FULL=1, else a few.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("PANORAMA_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
        ? rounds : Environment.GetEnvironmentVariable("FULL") == "1" ? 25 : 2;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Photos_that_were_answered_for_are_there_and_nothing_is_half_done()
    {
        var tenant = await database.CreateTenantAsync();
        var sent = new ConcurrentDictionary<Guid, Upload>();
        for (var (round, tries) = (0, 0); round < Rounds; tries++)
        {
            Assert.True(tries < (3 * Rounds) + 10, "Too many rounds in which nothing was under way.");
            var asset = await tenant.AddAssetAsync(cancellationToken: Cancelled);
            await using var api = await ServiceProcess.Start("Api", Settings()).WaitUntilHealthyAsync();
            using var client = api.Browser(tenant.Owner);
            var first = TestTenant.NewId(); // the first one of a process takes as long as ten
            sent[first] = new Upload(asset) { IsSent = true, Outcome = await SendAsync(client, asset, first) };
            using var end = new CancellationTokenSource();
            var sending = Enumerable.Range(0, Senders).Select(_ => SendUntilAsync(client, asset, sent, end.Token)).ToList();
            await Task.Delay(Random(Hold), Cancelled);
            api.Kill();
            var (waiting, orphans) = (WaitingUploads(), await OrphansAsync());
            await end.CancelAsync();
            await Task.WhenAll(sending);
            var underWay = sent.Values.Count(u => u.Asset == asset && u.Outcome is null && u.IsSent);
            var isCounted = underWay > 0;
            round += isCounted ? 1 : 0;
            output.WriteLine($"{(isCounted ? $"round {round}" : "not counted")}: Api {api.ProcessId} killed; {underWay} uploads under way, {waiting} waiting on disk, {orphans} objects without a row, "
                + $"{sent.Values.Count(u => u.Asset == asset && u.Outcome == 201)} answered");
            await CompareAsync(sent.Where(u => u.Value.Outcome == 201).Select(u => u.Key));
        }

        // Sent again under its key, each is there once.
        await using (var api = await ServiceProcess.Start("Api", Settings()).WaitUntilHealthyAsync())
        {
            using var client = api.Browser(tenant.Owner);
            foreach (var (key, upload) in sent.Where(u => u.Value.Outcome is null))
            {
                Assert.InRange(await SendAsync(client, upload.Asset, key), 200, 201);
            }
        }

        await CompareAsync(sent.Keys);
        Assert.Equal(sent.Count, await CountAsync("select count(*) from photos where tenant_id = $1", tenant.Id));
        var reconciled = await ReconcileAsync(tenant.Id);
        output.WriteLine($"{sent.Count} photos, {reconciled.Deleted} objects of killed uploads removed");
        Assert.Equal((0L, reconciled.Orphans), (reconciled.MissingCount, reconciled.Deleted));
        Assert.Equal(2 * sent.Count, (await ReconcileAsync(tenant.Id)).Objects);
    }

    [Fact]
    public async Task Photos_that_are_due_go_whole_with_one_line_each_and_the_others_stay()
    {
        const int Due = 150;
        var tenant = await database.CreateTenantAsync();
        var asset = await tenant.AddAssetAsync(cancellationToken: Cancelled);
        for (var i = 0; i < 5; i++)
        {
            await AddAsync(tenant, asset, days: 1, isHeld: false);
            await AddAsync(tenant, asset, days: 500, isHeld: true);
        }

        var due = 0;
        for (var (round, tries) = (0, 0); round < Rounds; tries++)
        {
            Assert.True(tries < (3 * Rounds) + 10, "Too many rounds in which nothing was under way.");
            while (await CountAsync("select count(*) from photos where tenant_id = $1", tenant.Id) < Due)
            {
                await AddAsync(tenant, asset, days: 500, isHeld: false);
                due++;
            }

            var files = Files();
            await using var worker = ServiceProcess.Start("Worker", WorkerSettings());
            for (var watch = Stopwatch.StartNew(); Files() == files;)
            {
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), worker.Output);
                await Task.Delay(1, Cancelled);
            }

            await Task.Delay(Random(TimeSpan.FromMilliseconds(60)), Cancelled);
            worker.Kill();
            await worker.WaitForExitAsync();
            var (left, halfDone) = (await CountAsync("select count(*) from photos where tenant_id = $1", tenant.Id), await HalfDoneAsync(tenant.Id));
            var isCounted = halfDone > 0 || left > 10;
            round += isCounted ? 1 : 0;
            output.WriteLine($"{(isCounted ? $"round {round}" : "not counted")}: Worker {worker.ProcessId} killed; {files - Files()} objects gone, {halfDone} rows without one of theirs, {left} rows left");
            Assert.Equal(due + 10 - left, await LinesAsync(tenant.Id));
        }

        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        using var opened = OpenedStore.Open(new StorageOptions { Folder = _folder }, TimeProvider.System);
        await SweepFiles.ExecuteAsync(source, opened.Store, tenant.Id, TimeProvider.System.GetUtcNow(), JobTurn.Unlimited, Cancelled);
        Assert.Equal((10, due), (await CountAsync("select count(*) from photos where tenant_id = $1", tenant.Id), await LinesAsync(tenant.Id)));
        Assert.Equal((0, 20), (await HalfDoneAsync(tenant.Id), Files()));
        var reconciled = await ReconcileAsync(tenant.Id);
        Assert.Equal((0, 0L), (reconciled.Orphans, reconciled.MissingCount));
    }

    private IEnumerable<(string Name, string? Value)> Settings() =>
    [
        .. Installation.Api(database.ConnectionString), ("ASPNETCORE_ENVIRONMENT", "Development"), ("ConnectionStrings__redis", null), ("STORAGE_DIRECTORY", _folder),
        ("PHOTO_RATE_USER_HOUR", "1000000"), ("PHOTO_RATE_TENANT_HOUR", "1000000"),
    ];

    // A scheduler that notices within seconds that the one before it died.
    private IEnumerable<(string Name, string? Value)> WorkerSettings() =>
    [
        .. Installation.Worker(database.ConnectionString), ("STORAGE_DIRECTORY", _folder), ("Scheduler__Cron__photo-retention", "* * * * * ?"), ("Scheduler__CheckinInterval", "00:00:01"),
        ("Scheduler__CheckinMisfireThreshold", "00:00:02"), ("Scheduler__IdleWaitTime", "00:00:01"), ("Scheduler__MisfireThreshold", "00:00:02"),
    ];

    private static async Task SendUntilAsync(HttpClient client, Guid asset, ConcurrentDictionary<Guid, Upload> sent, CancellationToken end)
    {
        // Fewer than an asset may have, all senders together.
        for (var i = 0; i < 8 && !end.IsCancellationRequested; i++)
        {
            var key = TestTenant.NewId();
            var upload = sent[key] = new Upload(asset);
            try
            {
                upload.IsSent = true;
                upload.Outcome = await SendAsync(client, asset, key);
            }
            catch (HttpRequestException)
            {
                return; // it was killed
            }

            if (upload.Outcome != 201)
            {
                Assert.Equal(503, upload.Outcome); // more at once than it reads
                sent.TryRemove(key, out _);
            }
        }
    }

    private static async Task<int> SendAsync(HttpClient client, Guid asset, Guid key)
    {
        using var form = new MultipartFormDataContent { { new StringContent(key.ToString()), "clientUploadKey" } };
        form.Add(new ByteArrayContent(Picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } }, "file", "a.jpg");
        using var answer = await client.PostAsync(new Uri($"/api/assets/{asset}/photos", UriKind.Relative), form, Cancelled);
        return (int)answer.StatusCode;
    }

    /// <summary>Each of the keys has its row, and each row its two objects, whole.</summary>
    private async Task CompareAsync(IEnumerable<Guid> keys)
    {
        using var opened = OpenedStore.Open(new StorageOptions { Folder = _folder }, TimeProvider.System);
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, Cancelled);
        await using var command = new NpgsqlCommand(
            "select client_upload_key, tenant_id, storage_key, encode(sha256, 'hex'), thumbnail_key, encode(thumbnail_sha256, 'hex') from photos where starts_with(storage_key, 'tenants/')", connection);
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var rows = new HashSet<Guid>();
        while (await reader.ReadAsync(Cancelled))
        {
            if (!Directory.Exists(Path.Combine(_folder, "tenants", reader.GetGuid(1).ToString())))
            {
                continue; // another test's
            }

            Assert.True(rows.Add(reader.GetGuid(0)), "A key has two rows.");
            foreach (var column in new[] { 2, 4 })
            {
                var head = await opened.Store.HeadAsync(ObjectKey.Parse(reader.GetString(column), reader.GetGuid(1)), Cancelled);
                Assert.Equal(reader.GetString(column + 1), head?.Sha256);
            }
        }

        Assert.Empty(keys.Except(rows));
    }

    private int WaitingUploads() => Directory.Exists(Path.Combine(_folder, ".unfinished")) ? Directory.GetDirectories(Path.Combine(_folder, ".unfinished")).Length : 0;

    private int Files() => Directory.Exists(Path.Combine(_folder, "tenants")) ? Directory.GetFiles(Path.Combine(_folder, "tenants"), "*", SearchOption.AllDirectories).Length : 0;

    private async Task<long> OrphansAsync()
    {
        var names = Directory.Exists(Path.Combine(_folder, "tenants"))
            ? Directory.GetFiles(Path.Combine(_folder, "tenants"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder, f)).ToArray() : [];
        return names.Length - await CountAsync("select count(*) from photos, unnest(array[storage_key, thumbnail_key]) k where k = any($1)", (object)names);
    }

    /// <summary>Rows of which an object is gone.</summary>
    private async Task<int> HalfDoneAsync(Guid tenant)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, Cancelled);
        await using var command = new NpgsqlCommand("select storage_key, thumbnail_key from photos where tenant_id = $1", connection);
        command.Parameters.Add(new() { Value = tenant });
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var count = 0;
        while (await reader.ReadAsync(Cancelled))
        {
            count += File.Exists(Path.Combine(_folder, reader.GetString(0))) && File.Exists(Path.Combine(_folder, reader.GetString(1))) ? 0 : 1;
        }

        return count;
    }

    private Task<long> LinesAsync(Guid tenant) => CountAsync(
        "select case when count(*) = count(distinct metadata ->> 'photoId') then count(*) else -1 end from audit_events where tenant_id = $1 and action = 'panorama.photo.hard_deleted'", tenant);

    private async Task<Reconciliation> ReconcileAsync(Guid tenant)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString(DatabaseRoles.SuperAdmin));
        using var opened = OpenedStore.Open(new StorageOptions { Folder = _folder }, TimeProvider.System);
        return await ReconcileObjects.ExecuteAsync(source, opened.Store, tenant, isDeleting: true, TimeProvider.System.GetUtcNow().AddDays(2), JobTurn.Unlimited, Cancelled);
    }

    private async Task AddAsync(TestTenant tenant, Guid asset, int days, bool isHeld)
    {
        var id = TestTenant.NewId();
        string[] keys = [ObjectKey.For(tenant.Id, ObjectArea.Assets, asset, ObjectKind.Photos, id, "jpg").Text, ObjectKey.For(tenant.Id, ObjectArea.Assets, asset, ObjectKind.Photos, id, "jpg", isThumbnail: true).Text];
        using var opened = OpenedStore.Open(new StorageOptions { Folder = _folder }, TimeProvider.System);
        foreach (var key in keys)
        {
            await opened.Store.PutAsync(ObjectKey.Parse(key, tenant.Id), new MemoryStream(Picture), new ObjectContent(Picture.Length, SHA256.HashData(Picture), "image/jpeg"), Cancelled);
        }

        await tenant.AddPhotoAsync(new TestPhoto(id, asset, keys[0], keys[1], TimeProvider.System.GetUtcNow().AddDays(-days)) { IsHeld = isHeld }, Cancelled);
    }

    private async Task<long> CountAsync(string sql, params object[] values)
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, Cancelled);
#pragma warning disable CA2100 // literals of this file
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private static TimeSpan Random(TimeSpan most) => most * (RandomNumberGenerator.GetInt32(1_000) / 1_000.0);

    private sealed class Upload(Guid asset)
    {
        public Guid Asset => asset;

        public bool IsSent { get; set; }

        /// <summary>Null while it is under way, and for ever when the process died.</summary>
        public int? Outcome { get; set; }
    }
}
