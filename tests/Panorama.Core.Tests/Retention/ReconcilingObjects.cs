using Panorama.Core.Jobs;
using Panorama.Core.Retention;
using Panorama.Core.Storage;
using Panorama.Testing;

namespace Panorama.Core.Tests.Retention;

public sealed class ReconcilingObjects(TestDatabase database)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow().AddDays(2); // a file has the age that the disk gives it

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_no_row_names_is_counted_and_then_deleted_once_it_is_old()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var photo = await kept.AddPhotoAsync(Now.AddDays(-2));
        var document = await kept.AddDocumentAsync(Now.AddDays(-2));
        var (orphan, young) = (kept.Key(TestTenant.NewId()), kept.Key(TestTenant.NewId()));
        await kept.PutAsync(orphan);
        await kept.PutAsync(young, Now.AddHours(-23));
        await File.WriteAllTextAsync(Path.Combine(kept.Folder, "tenants", kept.Tenant.Id.ToString(), "notes.txt"), "whose?", Cancelled);

        var counted = await ReconcileAsync(kept, isDeleting: false);
        Assert.Equal((6, 1, 5, 0, 1, 2, 0), (counted.Objects, counted.Orphans, counted.OrphanBytes, counted.Deleted, counted.Strange, counted.Rows, counted.MissingCount));
        Assert.Null(counted.Finding);
        var deleted = await ReconcileAsync(kept, isDeleting: true);

        Assert.Equal((1, 1), (deleted.Orphans, deleted.Deleted));
        Assert.Equal(
            [.. KeptFiles.Names(photo).Append(document.ToString()).Append(young.Id.ToString()).Append("notes").Order(StringComparer.Ordinal)], kept.Objects);
    }

    [Fact]
    public async Task A_key_with_the_id_of_a_row_and_another_name_is_an_orphan()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var photo = await kept.AddPhotoAsync(Now.AddDays(-2));
        await kept.PutAsync(kept.Key(photo, extension: "png"));

        Assert.Equal(1, (await ReconcileAsync(kept, isDeleting: true)).Deleted);
        Assert.Equal(KeptFiles.Names(photo), kept.Objects);
    }

    [Fact]
    public async Task What_belongs_to_an_organisation_that_this_database_does_not_know_is_left_alone()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var theirs = ObjectKey.For(TestTenant.NewId(), ObjectArea.Assets, kept.Asset, ObjectKind.Photos, TestTenant.NewId(), "jpg");
        await kept.PutAsync(theirs);

        var found = await ReconcileObjects.ExecuteAsync(kept.Worker, kept.Store, tenant: null, isDeleting: true, Now, JobTurn.Unlimited, Cancelled);

        Assert.Equal((1, 1, 0, 0), (found.Objects, found.Strange, found.Orphans, found.Deleted));
        Assert.Equal([theirs.Id.ToString()], kept.Objects);
    }

    [Fact]
    public async Task A_row_without_one_of_its_objects_is_named_unless_it_is_new()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        var (whole, small, none) = (await kept.AddPhotoAsync(Now.AddDays(-2)), await kept.AddPhotoAsync(Now.AddDays(-2)), await kept.AddDocumentAsync(Now.AddDays(-2)));
        var isNew = await kept.AddPhotoAsync(Now.AddHours(-1));
        await kept.Store.DeleteAsync(kept.Key(small, isThumbnail: true), Cancelled);
        await kept.Store.DeleteAsync(kept.Key(none, kind: ObjectKind.Files, extension: "pdf"), Cancelled);
        await kept.Store.DeleteAsync(kept.Key(isNew), Cancelled);

        var found = await ReconcileAsync(kept, isDeleting: true);

        Assert.Equal(
            [("photos", small, kept.Key(small, isThumbnail: true).Text), ("documents", none, kept.Key(none, kind: ObjectKind.Files, extension: "pdf").Text)],
            found.Missing.Select(m => (m.Table, m.Id, m.Key)));
        Assert.Equal((3, 2L), (found.Rows, found.MissingCount));
        Assert.Equal("2 photos or documents have no object in the store; 'panorama photos reconcile' lists them.", found.Finding);
        Assert.Contains(whole.ToString(), kept.Objects);
    }

    [Fact]
    public async Task Rows_are_gone_on_with_where_a_run_stopped()
    {
        await using var kept = await KeptFiles.CreateAsync(database);
        for (var i = 0; i < 3; i++)
        {
            await kept.AddPhotoAsync(Now.AddDays(-2));
        }

        await kept.AddDocumentAsync(Now.AddDays(-2));
        var first = new JobTurn(TimeProvider.System, TimeSpan.Zero, cursor: null, (_, _, _) => Task.CompletedTask);
        var begun = await ReconcileObjects.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, isDeleting: true, Now, first, Cancelled);
        var second = new JobTurn(TimeProvider.System, TimeSpan.MaxValue, first.Cursor, (_, _, _) => Task.CompletedTask);
        var rest = await ReconcileObjects.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, isDeleting: true, Now, second, Cancelled);

        Assert.True(first.IsUnfinished);
        Assert.Equal((7, 3), (begun.Objects, begun.Rows));
        Assert.Equal((0, 1, false), (rest.Objects, rest.Rows, second.IsUnfinished)); // the store was gone through by the first
    }

    private static Task<Reconciliation> ReconcileAsync(KeptFiles kept, bool isDeleting) =>
        ReconcileObjects.ExecuteAsync(kept.Worker, kept.Store, kept.Tenant.Id, isDeleting, Now, JobTurn.Unlimited, Cancelled);
}
