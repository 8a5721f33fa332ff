using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Panorama.Core.Identity;
using Panorama.Core.Storage;

namespace Panorama.Core.Tests.Storage;

/// <summary>The folder as a store, and what goes wrong with folders.</summary>
public sealed class KeepingFiles : StoreContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("panorama-test-files-").FullName;
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private static DataKeys Keys(byte seed) => new($"k{seed}:{System.Buffers.Text.Base64Url.EncodeToString(Enumerable.Repeat(seed, 32).ToArray())}", previous: null);

    private protected override IObjectStore Store => new FileObjectStore(_root, new FileLinks(Keys(1), _clock), TimeProvider.System);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Nothing_unfinished_is_left_behind()
    {
        var body = Body(1000);
        await Store.PutAsync(NewKey(), new MemoryStream(body), About(body), Cancelled);
        await Assert.ThrowsAsync<StorageException>(() => Store.PutAsync(NewKey(), new MemoryStream(body[..5]), About(body), Cancelled));

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, ".unfinished")));
    }

    [Fact]
    public async Task A_symbolic_link_in_the_folder_leads_nowhere()
    {
        var elsewhere = Directory.CreateTempSubdirectory("panorama-test-elsewhere-").FullName;
        var (key, body) = (NewKey(), Body(10));
        Directory.CreateDirectory(Path.Combine(_root, "tenants", Tenant.ToString()));
        Directory.CreateSymbolicLink(Path.Combine(_root, "tenants", Tenant.ToString(), "assets"), elsewhere);

        var refusals = new[]
        {
            await Assert.ThrowsAsync<StorageException>(() => Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled)),
            await Assert.ThrowsAsync<StorageException>(() => Store.OpenReadAsync(key, range: null, Cancelled)),
            await Assert.ThrowsAsync<StorageException>(() => Store.DeleteAsync(key, Cancelled)),
        };

        Assert.Equal(["storage_write_failed", "storage_read_failed", "storage_delete_failed"], refusals.Select(r => r.Code));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Assert.Empty(await Store.ListAsync("", Cancelled).ToListAsync(Cancelled));
        Directory.Delete(elsewhere, recursive: true);
    }

    [Fact]
    public async Task A_file_that_was_cut_is_not_read()
    {
        var (key, body) = (NewKey(), Body(1000));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);
        await using (var file = new FileStream(Path.Combine(_root, key.Text), FileMode.Open))
        {
            file.SetLength(900);
        }

        var refusal = await Assert.ThrowsAsync<StorageException>(() => Store.OpenReadAsync(key, range: null, Cancelled));

        Assert.Equal(("storage_read_failed", StorageFault.Damaged), (refusal.Code, refusal.Fault));
    }

    [Fact]
    public async Task A_prefix_does_not_leave_the_folder() =>
        await Assert.ThrowsAsync<StorageException>(() => Store.ListAsync("../../etc/", Cancelled).ToListAsync(Cancelled).AsTask());

    [Fact, Trait("Tier", "Full")]
    public async Task A_full_disk_says_so_and_keeps_nothing()
    {
        Assert.True(OperatingSystem.IsLinux());
        var small = Directory.CreateTempSubdirectory("panorama-test-small-").FullName;
        await SystemAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small);
        try
        {
            var store = new FileObjectStore(small, links: null, TimeProvider.System);
            var (key, body) = (NewKey(), Body(2_000_000));

            var refusal = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(key, new MemoryStream(body), About(body), Cancelled));

            Assert.Equal(("storage_write_failed", StorageFault.Full), (refusal.Code, refusal.Fault));
            var fitting = Body(500_000);
            await store.PutAsync(key, new MemoryStream(fitting), About(fitting), Cancelled);
        }
        finally
        {
            await SystemAsync("umount", small);
            Directory.Delete(small);
        }
    }

    [Fact, Trait("Tier", "Full")]
    public async Task A_folder_for_reading_alone_is_one_sentence()
    {
        var small = Directory.CreateTempSubdirectory("panorama-test-readonly-").FullName;
        await SystemAsync("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", small);
        try
        {
            var refusal = await Assert.ThrowsAsync<StorageException>(() => StorageChecks.ProveAsync(new FileObjectStore(small, links: null, TimeProvider.System), TimeProvider.System, Cancelled));

            Assert.Equal("storage_access_denied: The folder of STORAGE_DIRECTORY is mounted for reading alone.", refusal.Message);
        }
        finally
        {
            await SystemAsync("umount", small);
            Directory.Delete(small);
        }
    }

    [Fact]
    public void A_link_shows_its_object_until_it_expires()
    {
        var (key, links) = (NewKey(), new FileLinks(Keys(1), _clock));
        var token = links.Sign(key, TimeSpan.FromMinutes(5), "Schaden „links“.jpg", "image/jpeg");

        Assert.Equal(("Schaden „links“.jpg", "image/jpeg", key), links.Read(token) is { } link ? (link.FileName, link.ContentType, link.Key) : default);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(links.Read(token));
    }

    [Fact]
    public void A_link_that_was_changed_or_signed_by_another_key_shows_nothing()
    {
        var links = new FileLinks(Keys(1), _clock);
        var token = links.Sign(NewKey(), TimeSpan.FromMinutes(5), fileName: null, "image/jpeg");

        Assert.Null(new FileLinks(Keys(2), _clock).Read(token));
        for (var i = 0; i < token.Length; i++)
        {
            var changed = new StringBuilder(token) { [i] = token[i] == 'A' ? 'B' : 'A' }.ToString();
            Assert.Null(links.Read(changed));
        }

        Assert.All(["", ".", "a", "a.b", "a.k1:b", token[..^1], token + "A", "." + token], t => Assert.Null(links.Read(t)));
    }

    [Fact]
    public void A_link_is_an_address_of_the_Web() =>
        Assert.StartsWith("/api/files/", Store.SignGet(NewKey(), TimeSpan.FromMinutes(5), fileName: null, "image/jpeg").ToString(), StringComparison.Ordinal);

    private static async Task SystemAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancelled);
        Assert.Equal(0, process.ExitCode);
    }
}
