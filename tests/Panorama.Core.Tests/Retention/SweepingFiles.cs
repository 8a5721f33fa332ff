using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Core.Retention;
using Panorama.Core.Storage;
using Panorama.Testing;

namespace Panorama.Core.Tests.Retention;

public sealed class SweepingFiles(TestDatabase database)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Age_counts_from_the_upload_whatever_the_camera_wrote()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var early = await kept.AddPhotoAsync(Now, capturedAt: new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var late = await kept.AddPhotoAsync(Now, capturedAt: new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(0, (await SweepAsync(kept, Now)).Removed);
        Assert.Equal(0, (await SweepAsync(kept, Now.AddDays(425))).Removed);
        var swept = await SweepAsync(kept, Now.AddDays(426));

        Assert.Equal((2, 0), (swept.Removed, swept.Failed));
        Assert.Empty(kept.Objects);
        Assert.Empty(await kept.RowsAsync());
        Assert.Equal("2 panorama.photo.hard_deleted retention_sweep", await kept.AuditAsync());
        await using var connection = await kept.Worker.OpenConnectionAsync(Cancelled);
        Assert.Equal(
            new[] { early, late }.Select(id => $"asset {kept.Asset} {id} {kept.Key(id)}"),
            await connection.ListAsync<string>(
                "select concat_ws(' ', resource_type, resource_id, metadata ->> 'photoId', metadata ->> 'storageKey') from audit_events where tenant_id = $1 order by metadata ->> 'photoId'", kept.Tenant.Id));
    }

    [Fact]
    public async Task The_marks_over_a_photo_go_with_it()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var photo = await kept.AddPhotoAsync(Now);
        await kept.RunAsync(
            "insert into photo_marks (id, tenant_id, photo_id, number, shape, x, y, radius, created_by_user_id) values (gen_random_uuid(), $1, $2, 1, 'CIRCLE', 5000, 5000, 800, $3)",
            kept.Tenant.Id, photo, kept.Tenant.Driver.UserId);

        var swept = await SweepAsync(kept, Now.AddDays(426));

        Assert.Equal((1, 0), (swept.Removed, swept.Failed));

        await using var connection = await kept.Worker.OpenConnectionAsync(Cancelled);
        Assert.Equal([0L], await connection.ListAsync<long>("select count(*) from photo_marks where tenant_id = $1", kept.Tenant.Id));
    }

    [Fact]
    public async Task An_organisation_says_how_long_and_never_less_than_thirty_days()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        await using var other = await KeptFiles.CreateAsync(database);
        await kept.RunAsync("update tenants set inspection_photo_retention_days = 30 where id = $1", kept.Tenant.Id);
        var young = await kept.AddPhotoAsync(Now.AddDays(-25));
        await kept.AddPhotoAsync(Now.AddDays(-40));
        var others = await other.AddPhotoAsync(Now.AddDays(-40));

        Assert.Equal(1, (await SweepAsync(kept, Now)).Removed);

        Assert.Equal(KeptFiles.Names(young), kept.Objects);
        Assert.Equal([others], await other.RowsAsync());
        Assert.Equal("tenants_inspection_retention_floor", (await Assert.ThrowsAsync<PostgresException>(
            () => kept.RunAsync("update tenants set inspection_photo_retention_days = 29 where id = $1", kept.Tenant.Id))).ConstraintName);
    }

    [Fact]
    public async Task What_was_deleted_by_hand_goes_after_thirty_days_and_documents_only_then()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        await kept.AddPhotoAsync(Now.AddDays(-100), deletedAt: Now.AddDays(-31));
        await kept.AddDocumentAsync(Now.AddDays(-100), deletedAt: Now.AddDays(-31));
        var undoable = await kept.AddPhotoAsync(Now.AddDays(-100), deletedAt: Now.AddDays(-29));
        var old = await kept.AddDocumentAsync(Now.AddDays(-2000));

        Assert.Equal(2, (await SweepAsync(kept, Now)).Removed);

        Assert.Equal([undoable, old], await kept.RowsAsync());
        Assert.Equal([undoable.ToString(), $"{undoable}_t", old.ToString()], kept.Objects);
        Assert.Equal("1 panorama.document.hard_deleted retention_sweep, 1 panorama.photo.hard_deleted retention_sweep", await kept.AuditAsync());
    }

    [Fact]
    public async Task Photos_of_inspections_go_as_all_others_and_the_inspection_stays()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        await using var other = await KeptFiles.CreateAsync(database);
        await kept.RunAsync("update tenants set inspection_photo_retention_days = 30 where id = $1", kept.Tenant.Id);
        var (run, old) = await kept.AddEvidenceAsync(Now.AddDays(-31));
        var (_, young) = await kept.AddEvidenceAsync(Now.AddDays(-29));
        await other.AddEvidenceAsync(Now.AddDays(-100), deletedAt: Now.AddDays(-31));
        var (asked, erased) = await other.AddEvidenceAsync(Now);

        Assert.Equal(1, (await SweepAsync(kept, Now)).Removed);
        Assert.Equal(1, (await SweepAsync(other, Now)).Removed);
        Assert.Equal(Erasure.Done, await EraseFile.ExecuteAsync(other.Worker, other.Store, other.Tenant.Id, erased, "T-1", "asked", "ana@desk", Now, Cancelled));

        Assert.Equal(KeptFiles.Names(young), kept.Objects);
        Assert.Equal([young], await kept.RowsAsync());
        Assert.Empty(await other.RowsAsync());
        Assert.Equal("1 panorama.inspection.photo.hard_deleted retention_sweep", await kept.AuditAsync());
        Assert.Equal("1 panorama.inspection.photo.hard_deleted erasure, 1 panorama.inspection.photo.hard_deleted retention_sweep", await other.AuditAsync());
        await using var connection = await kept.Worker.OpenConnectionAsync(Cancelled);
        Assert.Equal(
            [$$"""inspection_photo {{old}} {"reason": "retention_sweep", "storageKey": "tenants/{{kept.Tenant.Id}}/inspections/{{run}}/photos/{{old}}.jpg", "inspectionId": "{{run}}"}"""],
            await connection.ListAsync<string>("select concat_ws(' ', resource_type, resource_id, metadata) from audit_events where tenant_id = $1", kept.Tenant.Id));
        Assert.Equal(2, await connection.OneAsync<long>("select count(*) from inspection_responses where inspection_id in ($1, $2)", run, asked));
    }

    [Theory]
    [InlineData("photo")]
    [InlineData("asset")]
    [InlineData("tenant")]
    public Task A_legal_hold_keeps_it_until_it_ends(string what) => HoldAsync(what, isEvidence: false);

    [Theory]
    [InlineData("photo")]
    [InlineData("asset")]
    [InlineData("inspection")]
    [InlineData("tenant")]
    public Task A_legal_hold_keeps_a_photo_of_an_inspection_until_it_ends(string what) => HoldAsync(what, isEvidence: true);

    private async Task HoldAsync(string what, bool isEvidence)
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var (uploaded, deleted) = (Now.AddDays(-500), Now.AddDays(-400));
        var (inspection, photo) = isEvidence ? await kept.AddEvidenceAsync(uploaded, deleted) : (Guid.Empty, await kept.AddPhotoAsync(uploaded, deleted));
        Assert.True(await SetAsync(isHeld: true));
        Assert.False(await SetAsync(isHeld: true));

        Assert.Equal(0, (await SweepAsync(kept, Now)).Removed);
        Assert.Empty(await SweepFiles.CountAsync(kept.Worker, kept.Tenant.Id, Now, Cancelled));
        Assert.Equal(Erasure.Held, await EraseFile.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, photo, "T-1", "asked", "ana@desk", Now, Cancelled));
        Assert.Equal(KeptFiles.Names(photo), kept.Objects);
        Assert.True(await SetAsync(isHeld: false));
        Assert.False(await SetAsync(isHeld: false));
        Assert.Equal((kept.Tenant.Id, 1, Now.AddDays(-500)), Assert.Single(await SweepFiles.CountAsync(kept.Worker, kept.Tenant.Id, Now, Cancelled)));
        Assert.Equal(1, (await SweepAsync(kept, Now)).Removed);

        Assert.Equal(
            $"1 panorama.{(isEvidence ? "inspection.photo.hard_deleted retention_sweep, 1 panorama." : "")}legal_hold.released case 7, 1 panorama.legal_hold.set case 7"
            + (isEvidence ? "" : ", 1 panorama.photo.hard_deleted retention_sweep"), await kept.AuditAsync());

        async Task<bool> SetAsync(bool isHeld)
        {
            await using var connection = await kept.Worker.OpenConnectionAsync(Cancelled);
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await connection.RunAsync("select tenant_open($1)", kept.Tenant.Id);
            var changed = what == "photo"
                ? await SetLegalHold.OfFileAsync(connection, photo, "case 7", isHeld, Now, Cancelled) ?? throw new InvalidOperationException("There is no such photo.")
                : await SetLegalHold.OfAllAsync(connection, kept.Tenant.Id, what == "asset" ? kept.Asset : null, what == "inspection" ? inspection : null, "case 7", isHeld, Now, Cancelled);
            await transaction.CommitAsync(Cancelled);
            return changed;
        }
    }

    [Fact]
    public async Task A_hold_of_an_inspection_keeps_what_is_added_later_and_nothing_else_of_its_asset()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var (inspection, held) = await kept.AddEvidenceAsync(Now.AddDays(-500));
        await kept.AddEvidenceAsync(Now.AddDays(-500));
        await kept.AddPhotoAsync(Now.AddDays(-500));
        await kept.AddDocumentAsync(Now.AddDays(-500), deletedAt: Now.AddDays(-31));
        await using (var connection = await kept.Worker.OpenConnectionAsync(Cancelled))
        await using (var transaction = await connection.BeginTransactionAsync(Cancelled))
        {
            await connection.RunAsync("select tenant_open($1)", kept.Tenant.Id);
            Assert.True(await SetLegalHold.OfAllAsync(connection, kept.Tenant.Id, null, inspection, "case 9", isHeld: true, Now, Cancelled));
            Assert.True(await SetLegalHold.OfAllAsync(connection, kept.Tenant.Id, kept.Asset, null, "case 9", isHeld: true, Now, Cancelled));
            Assert.True(await SetLegalHold.OfAllAsync(connection, kept.Tenant.Id, kept.Asset, null, "settled", isHeld: false, Now, Cancelled));
            await transaction.CommitAsync(Cancelled);
        }

        var later = await kept.AddPhotoOfAsync(inspection, Now.AddDays(-499));
        Assert.Equal(3, (await SweepAsync(kept, Now)).Removed);
        Assert.Equal(Erasure.Held, await EraseFile.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, later, "T-1", "asked", "ana@desk", Now, Cancelled));
        Assert.Equal([held, later], await kept.RowsAsync());
    }

    [Fact]
    public async Task A_hold_waits_for_the_batch_that_did_not_see_it_and_keeps_the_rest()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        for (var i = 0; i < 60; i++)
        {
            await kept.AddPhotoAsync(Now.AddDays(-500).AddMinutes(i));
        }

        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new WatchedStore(kept.Store, async _ =>
        {
            begun.TrySetResult();
            await goOn.Task;
        });
        var sweep = SweepFiles.ExecuteAsync(kept.Worker, store, kept.Tenant.Id, Now, JobTurn.Unlimited, Cancelled);
        await begun.Task;
        var hold = HoldAsync();
        await WaitUntilItWaitsAsync();
        Assert.False(hold.IsCompleted);
        goOn.SetResult();
        await hold;

        Assert.Equal(50, (await sweep).Removed);
        Assert.Equal((10, 20), ((await kept.RowsAsync()).Length, kept.Objects.Length));

        async Task HoldAsync()
        {
            await using var connection = await kept.Worker.OpenConnectionAsync(Cancelled);
            await using var transaction = await connection.BeginTransactionAsync(Cancelled);
            await connection.RunAsync("select tenant_open($1)", kept.Tenant.Id);
            await SetLegalHold.OfAllAsync(connection, kept.Tenant.Id, null, null, "case 8", isHeld: true, Now, Cancelled);
            await transaction.CommitAsync(Cancelled);
        }

        async Task WaitUntilItWaitsAsync()
        {
            await using var connection = await database.OpenSuperuserAsync(Cancelled);
            while (!await connection.OneAsync<bool>("select exists (select 1 from pg_locks where locktype = 'advisory' and not granted)"))
            {
                await Task.Delay(10, Cancelled);
            }
        }
    }

    [Fact]
    public async Task Cut_off_between_object_and_row_the_next_run_ends_the_same_with_one_line()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        for (var i = 0; i < 20; i++)
        {
            await kept.AddPhotoAsync(Now.AddDays(-500).AddMinutes(i));
        }

        var deleted = 0;
        var dying = new WatchedStore(kept.Store, _ => Interlocked.Increment(ref deleted) > 17 ? throw new InvalidOperationException("Killed.") : Task.CompletedTask);
        await Assert.ThrowsAsync<InvalidOperationException>(() => SweepFiles.ExecuteAsync(kept.Worker, dying, kept.Tenant.Id, Now, JobTurn.Unlimited, Cancelled));
        Assert.Equal((20, ""), ((await kept.RowsAsync()).Length, await kept.AuditAsync()));
        Assert.InRange(kept.Objects.Length, 1, 39);

        Assert.Equal(20, (await SweepAsync(kept, Now)).Removed);

        Assert.Empty(kept.Objects);
        Assert.Equal("20 panorama.photo.hard_deleted retention_sweep", await kept.AuditAsync());
    }

    [Fact]
    public async Task A_store_that_is_away_loses_nothing_and_ends_the_run()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        for (var i = 0; i < 20; i++)
        {
            await kept.AddPhotoAsync(Now.AddDays(-500).AddMinutes(i));
        }

        var asked = 0;
        var away = new WatchedStore(kept.Store, _ => Interlocked.Increment(ref asked) > 3
            ? throw new StorageException(StorageException.DeleteFailed, StorageFault.Unavailable, "It is away.") : Task.CompletedTask);
        var refusal = await Assert.ThrowsAsync<StorageException>(() => SweepFiles.ExecuteAsync(kept.Worker, away, kept.Tenant.Id, Now, JobTurn.Unlimited, Cancelled));

        Assert.Equal("storage_delete_failed: It is away.", refusal.Message);
        Assert.InRange(asked, 4, 16); // not every row is asked for
        Assert.Equal(20, (await kept.RowsAsync()).Length + Removed(await kept.AuditAsync()));
        Assert.Equal((await kept.RowsAsync()).Length, (await SweepAsync(kept, Now)).Removed);
        Assert.Empty(kept.Objects);

        static int Removed(string audit) => audit.Length == 0 ? 0 : int.Parse(audit.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task What_is_removed_and_what_the_store_keeps_is_counted()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var counted = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Panorama.Core.Retention")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        var damaged = await kept.AddPhotoAsync(Now.AddDays(-500));
        await kept.AddPhotoAsync(Now.AddDays(-499));
        await kept.AddPhotoAsync(Now.AddDays(-498));
        var store = new WatchedStore(kept.Store, key => key == kept.Key(damaged)
            ? throw new StorageException(StorageException.DeleteFailed, StorageFault.Damaged, "It is stuck.") : Task.CompletedTask);

        var swept = await SweepFiles.ExecuteAsync(kept.Worker, store, kept.Tenant.Id, Now, JobTurn.Unlimited, Cancelled);

        Assert.Equal((2, 1, "storage_delete_failed: It is stuck."), (swept.Removed, swept.Failed, swept.Problem));
        Assert.Equal((2, 1), (counted.GetValueOrDefault("panorama.photos.swept"), counted.GetValueOrDefault("panorama.photos.sweep_failed")));
        Assert.Equal([damaged], await kept.RowsAsync());
    }

    [Fact]
    public async Task Two_at_once_remove_each_once()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        for (var i = 0; i < 120; i++)
        {
            await kept.AddPhotoAsync(Now.AddDays(-500).AddMinutes(i));
        }

        var swept = await Task.WhenAll(SweepAsync(kept, Now), SweepAsync(kept, Now));

        Assert.Equal(120, swept.Sum(s => s.Removed));
        Assert.Equal("120 panorama.photo.hard_deleted retention_sweep", await kept.AuditAsync());
        Assert.Empty(kept.Objects);
    }

    [Fact]
    public async Task Who_takes_a_photo_back_while_the_sweep_looks_keeps_it()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var photo = await kept.AddPhotoAsync(Now.AddDays(-100), deletedAt: Now.AddDays(-31));
        await using var restoring = await kept.Worker.OpenConnectionAsync(Cancelled);
        await using var transaction = await restoring.BeginTransactionAsync(Cancelled);
        await restoring.RunAsync("update photos set deleted_at = null, version = version + 1 where id = $1", photo);

        Assert.Equal(0, (await SweepAsync(kept, Now)).Removed);
        await transaction.CommitAsync(Cancelled);

        Assert.Equal(0, (await SweepAsync(kept, Now)).Removed);
        Assert.Equal(KeptFiles.Names(photo), kept.Objects);
    }

    [Fact]
    public async Task An_erasure_takes_bytes_and_row_and_says_who_asked()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var photo = await kept.AddPhotoAsync(Now);
        var document = await kept.AddDocumentAsync(Now);
        var stays = await kept.AddPhotoAsync(Now);

        Assert.Equal(kept.Tenant.Id, await FileOwners.OfAsync(kept.Worker, photo, Cancelled));
        Assert.Equal(Erasure.Done, await EraseAsync(photo));
        Assert.Equal(Erasure.NotFound, await EraseAsync(photo));
        Assert.Equal(Erasure.Done, await EraseAsync(document));
        var away = new WatchedStore(kept.Store, _ => throw new StorageException(StorageException.DeleteFailed, StorageFault.TooSlow, "It is slow."));
        await Assert.ThrowsAsync<StorageException>(() => EraseFile.ExecuteAsync(kept.Worker, away, kept.Tenant.Id, stays, "T-2", "asked", "ana@desk", Now, Cancelled));

        Assert.Null(await FileOwners.OfAsync(kept.Worker, photo, Cancelled));
        Assert.Equal([stays], await kept.RowsAsync());
        Assert.Equal(KeptFiles.Names(stays), kept.Objects);
        Assert.Equal("1 panorama.document.hard_deleted erasure, 1 panorama.photo.hard_deleted erasure", await kept.AuditAsync());

        Task<Erasure> EraseAsync(Guid file) => EraseFile.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, file, "T-1", "asked", "ana@desk", Now, Cancelled);
    }

    private static Task<SweptFiles> SweepAsync(KeptFiles kept, DateTimeOffset now) =>
        SweepFiles.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, now, JobTurn.Unlimited, Cancelled);
}
