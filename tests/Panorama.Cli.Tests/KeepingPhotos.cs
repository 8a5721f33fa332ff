using System.Security.Cryptography;
using Panorama.Core.Storage;
using Panorama.Testing;

namespace Panorama.Cli.Tests;

public sealed class KeepingPhotos(TestDatabase database) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-test-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_photo_is_held_released_swept_and_another_erased()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        var asset = await tenant.AddAssetAsync("VAN-7", cancellationToken: TestContext.Current.CancellationToken);
        var (old, young) = (await AddAsync(tenant, asset, days: 500), await AddAsync(tenant, asset, days: 1));
        string[] one = [$"--tenant={tenant.Slug}"];

        var held = await RunAsync(["hold", .. one, "--asset=van-7", "--reason=claim 12"]);
        var twice = await RunAsync(["hold", .. one, "--asset=VAN-7", "--reason=claim 12"]);
        var nothing = await RunAsync(["sweep", .. one]);
        var refused = await RunAsync("erase", young.ToString(), "--ticket=T-1", "--reason=asked by letter");
        var released = await RunAsync(["release", .. one, "--asset=VAN-7", "--reason=settled"]);
        var dry = await RunAsync(["sweep", .. one, "--dry-run"]);
        var swept = await RunAsync(["sweep", .. one]);
        var erased = await RunAsync("erase", young.ToString(), "--ticket=T-1", "--reason=asked by letter");
        var gone = await RunAsync("erase", old.ToString(), "--ticket=T-2", "--reason=again");

        Assert.Equal(new Run(0, "van-7 is now under a legal hold.\n", ""), held);
        Assert.Equal(new Run(0, "VAN-7 was already under a legal hold.\n", ""), twice);
        Assert.Equal(new Run(0, "Nothing was due.\n", ""), nothing);
        Assert.Equal(new Run(1, "", "It is under a legal hold and stays; 'panorama photos release' ends one.\n"), refused);
        Assert.Equal(new Run(0, "VAN-7 is now free.\n", ""), released);
        Assert.Matches(@"^1 photo or document of 1 organisation would go; the oldest was uploaded on \d{4}-\d\d-\d\d\.\n$", dry.Output);
        Assert.Equal(new Run(0, "1 photo or document removed.\n", ""), swept);
        Assert.Equal(new Run(0, "Erased. Backups of the store and the database have it until they are over.\n", ""), erased);
        Assert.Equal(new Run(1, "", "There is no such photo or document.\n"), gone);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
        Assert.Equal(
            "legal_hold.released settled|legal_hold.set claim 12|photo.hard_deleted erasure|photo.hard_deleted retention_sweep",
            await database.OneAsync<string>(
                """
                select string_agg(concat_ws(' ', replace(action, 'panorama.', ''), metadata ->> 'reason'), '|' order by action, metadata ->> 'reason')
                  from audit_events where tenant_id = $1 and resource_type = 'asset'
                """, tenant.Id));
        Assert.Equal(
            "photos hold ana desk-7|photos release ana desk-7", await database.OneAsync<string>(
                """
                select string_agg(concat_ws(' ', metadata ->> 'verb', metadata ->> 'operator', metadata ->> 'host'), '|' order by metadata ->> 'verb')
                  from audit_events where tenant_id = $1 and resource_type = 'cli'
                """, tenant.Id));
        Assert.Equal(
            "T-1 asked by letter ana@desk-7",
            await database.OneAsync<string>("select concat_ws(' ', metadata ->> 'ticket', metadata ->> 'why', metadata ->> 'by') from audit_events where tenant_id = $1 and metadata ->> 'reason' = 'erasure'", tenant.Id));
    }

    [Fact]
    public async Task An_inspection_is_held_with_what_is_added_later_until_it_is_released()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        var asset = await tenant.AddAssetAsync(cancellationToken: TestContext.Current.CancellationToken);
        var (run, _) = await tenant.AddInspectionAsync(asset, TimeProvider.System.GetUtcNow().AddDays(-500), TestContext.Current.CancellationToken);
        await AddAsync(tenant, asset, days: 500, run);
        await AddAsync(tenant, asset, days: 500);
        string[] one = [$"--tenant={tenant.Slug}", $"--inspection={run}"];

        var held = await RunAsync(["hold", .. one, "--reason=claim 12"]);
        var later = await AddAsync(tenant, asset, days: 499, run);
        var twice = await RunAsync(["hold", .. one, "--reason=claim 12"]);
        var others = await RunAsync("sweep", one[0]);
        var refused = await RunAsync("erase", later.ToString(), "--ticket=T-1", "--reason=asked by letter");
        var released = await RunAsync(["release", .. one, "--reason=settled"]);
        var swept = await RunAsync("sweep", one[0]);

        Assert.Equal(new Run(0, $"{run} is now under a legal hold.\n", ""), held);
        Assert.Equal(new Run(0, $"{run} was already under a legal hold.\n", ""), twice);
        Assert.Equal(new Run(0, "1 photo or document removed.\n", ""), others);
        Assert.Equal(new Run(1, "", "It is under a legal hold and stays; 'panorama photos release' ends one.\n"), refused);
        Assert.Equal(new Run(0, $"{run} is now free.\n", ""), released);
        Assert.Equal(new Run(0, "2 photos and documents removed.\n", ""), swept);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
        Assert.Equal(
            "legal_hold.released settled|legal_hold.set claim 12",
            await database.OneAsync<string>(
                """
                select string_agg(concat_ws(' ', replace(action, 'panorama.', ''), metadata ->> 'reason'), '|' order by action)
                  from audit_events where tenant_id = $1 and action like 'panorama.legal_hold.%'
                """, tenant.Id));
    }

    [Fact]
    public async Task An_inspection_that_is_none_is_not_held()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);

        var wrong = await RunAsync("hold", $"--tenant={tenant.Slug}", "--inspection=7", "--reason=claim 12");
        var unknown = await RunAsync("hold", $"--tenant={tenant.Slug}", $"--inspection={TestTenant.NewId()}", "--reason=claim 12");

        Assert.Equal(new Run(64, "", "--inspection is the UUID of an inspection.\n"), wrong);
        Assert.Equal(new Run(1, "", $"{tenant.Slug} has no such inspection.\n"), unknown);
    }

    [Fact]
    public async Task Both_sides_are_compared_and_what_is_lost_ends_with_one()
    {
        var tenant = await TestTenant.CreateAsync(database, cancellationToken: TestContext.Current.CancellationToken);
        var asset = await tenant.AddAssetAsync(cancellationToken: TestContext.Current.CancellationToken);
        var photo = await AddAsync(tenant, asset, days: 3);
        var orphan = Path.Combine(_folder, Key(tenant, asset, TestTenant.NewId(), isThumbnail: false).Text);
        File.Copy(Path.Combine(_folder, Key(tenant, asset, photo, isThumbnail: false).Text), orphan);
        File.SetLastWriteTimeUtc(orphan, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        string[] one = [$"--tenant={tenant.Slug}"];

        var counted = await RunAsync(["reconcile", .. one]);
        var deleted = await RunAsync(["reconcile", .. one, "--delete"]);
        var clean = await RunAsync(["reconcile", .. one]);
        var lost = Key(tenant, asset, photo, isThumbnail: true);
        File.Delete(Path.Combine(_folder, lost.Text));
        var missing = await RunAsync(["reconcile", .. one]);

        Assert.Contains("Looked at 3 objects and 1 photos and documents.", counted.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^1 object has no photo or document \(\d+ bytes\); --delete deletes them\.$", counted.Output);
        Assert.Matches(@"(?m)^1 object has no photo or document \(\d+ bytes\); deleted\.$", deleted.Output);
        Assert.Equal(new Run(0, "Looked at 2 objects and 1 photos and documents.\nEvery object has its photo or document.\nEvery photo and document has its object.\n", ""), clean);
        Assert.Equal(1, missing.ExitCode);
        Assert.EndsWith($"  missing: {lost} of {photo} in photos\n1 has no object: restore the store from its backup.\n", missing.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "The id is a UUID such as", "erase", "7", "--ticket=T", "--reason=r")]
    [InlineData(1, "There is no such photo or document.", "erase", "019a1b2c-3d4e-7f00-8a9b-0c1d2e3f4a5b", "--ticket=T", "--reason=r")]
    [InlineData(64, "--reason", "erase", "019a1b2c-3d4e-7f00-8a9b-0c1d2e3f4a5b", "--ticket=T", "--reason= ")]
    [InlineData(1, "There is no organisation with the slug 'nobody-here'", "sweep", "--tenant=nobody-here")]
    [InlineData(1, "There is no organisation with the slug 'nobody-here'", "hold", "--tenant=nobody-here", "--reason=r")]
    [InlineData(64, "--reason is a text of up to 500 characters.", "hold", "--tenant=nobody-here", "--reason= ")]
    [InlineData(64, "--asset, --inspection and --file exclude each other.", "hold", "--tenant=nobody-here", "--asset=a", "--file=b", "--reason=r")]
    [InlineData(64, "--asset, --inspection and --file exclude each other.", "release", "--tenant=nobody-here", "--inspection=a", "--file=b", "--reason=r")]
    public async Task A_wrong_call_says_what_is_wrong(int exitCode, string sentence, params string[] args)
    {
        var run = await RunAsync(args);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_or_with_a_wrong_one_a_sentence_says_so()
    {
        var none = await database.RunCliAsync("photos", "sweep");
        var wrong = await CommandLine.RunAsync([.. CommandLine.Settings(database), ("STORAGE_DIRECTORY", "here"), ("PHOTO_DELIVERY", "mail")], "", "photos", "reconcile");

        Assert.Equal((1, "No storage is set: STORAGE_DIRECTORY names the folder of Api and Worker, or S3_BUCKET_PHOTOS their bucket.\n"), (none.ExitCode, none.Error.ReplaceLineEndings("\n")));
        Assert.Equal(
            (1, "STORAGE_DIRECTORY must be a whole path that begins at the root.\nPHOTO_DELIVERY must be proxy or redirect.\n"), (wrong.ExitCode, wrong.Error.ReplaceLineEndings("\n")));
    }

    private async Task<Run> RunAsync(params string[] args)
    {
        var run = await CommandLine.RunAsync([.. CommandLine.Settings(database), ("STORAGE_DIRECTORY", _folder)], "", ["photos", .. args]);
        return run with { Output = run.Output.ReplaceLineEndings("\n"), Error = run.Error.ReplaceLineEndings("\n") };
    }

    private static ObjectKey Key(TestTenant tenant, Guid asset, Guid photo, bool isThumbnail, Guid? inspection = null) =>
        ObjectKey.For(tenant.Id, inspection is null ? ObjectArea.Assets : ObjectArea.Inspections, inspection ?? asset, ObjectKind.Photos, photo, "jpg", isThumbnail);

    private async Task<Guid> AddAsync(TestTenant tenant, Guid asset, int days, Guid? inspection = null)
    {
        var id = TestTenant.NewId();
        var options = new StorageOptions { Folder = _folder };
        using (var opened = OpenedStore.Open(options, TimeProvider.System))
        {
            byte[] body = [.. "bytes"u8];
            foreach (var isThumbnail in new[] { false, true })
            {
                await opened.Store.PutAsync(
                    Key(tenant, asset, id, isThumbnail, inspection), new MemoryStream(body), new ObjectContent(body.Length, SHA256.HashData(body), "image/jpeg"), TestContext.Current.CancellationToken);
            }
        }

        await tenant.AddPhotoAsync(
            new TestPhoto(
                id, asset, Key(tenant, asset, id, isThumbnail: false, inspection).Text, Key(tenant, asset, id, isThumbnail: true, inspection).Text, TimeProvider.System.GetUtcNow().AddDays(-days))
            { InspectionId = inspection },
            TestContext.Current.CancellationToken);
        return id;
    }
}
