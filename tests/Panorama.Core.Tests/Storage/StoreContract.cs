using System.Security.Cryptography;
using Panorama.Core.Storage;

namespace Panorama.Core.Tests.Storage;

/// <summary>What every store does alike.</summary>
public abstract class StoreContract
{
    private protected static readonly Guid Tenant = Guid.CreateVersion7();

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract IObjectStore Store { get; }

    private protected static ObjectKey NewKey(Guid? owner = null) => ObjectKey.For(Tenant, ObjectArea.Assets, owner ?? Guid.CreateVersion7(), ObjectKind.Photos, Guid.CreateVersion7(), "jpg");

    private protected static byte[] Body(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        return body;
    }

    private protected static ObjectContent About(byte[] body, string type = "image/jpeg") => new(body.Length, SHA256.HashData(body), type);

    private protected static async Task<byte[]> ReadAsync(StoredObject? found)
    {
        Assert.NotNull(found);
        await using (found)
        {
            var copy = new MemoryStream();
            await found.Body.CopyToAsync(copy, Cancelled);
            Assert.Equal(found.BodyLength, copy.Length);
            return copy.ToArray();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(7_000_000)]
    public async Task What_was_put_is_read_again_whole(int length)
    {
        var (key, body) = (NewKey(), Body(length));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);

        Assert.Equal(body, await ReadAsync(await Store.OpenReadAsync(key, range: null, Cancelled)));
        var head = await Store.HeadAsync(key, Cancelled);
        Assert.Equal((length, "image/jpeg", Convert.ToHexStringLower(SHA256.HashData(body))), (head!.Length, head.ContentType, head.Sha256));
        Assert.InRange(TimeProvider.System.GetUtcNow() - head.ModifiedAt, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(0, 10L, 0, 10)]
    [InlineData(990, 10L, 990, 10)]
    [InlineData(990, 1000L, 990, 10)]
    [InlineData(500, null, 500, 500)]
    [InlineData(1000, 5L, 0, 0)]
    [InlineData(2000, null, 0, 0)]
    public async Task A_range_is_read_by_itself(long from, long? length, int expectedFrom, int expectedLength)
    {
        var (key, body) = (NewKey(), Body(1000));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);

        var found = await Store.OpenReadAsync(key, new ByteRange(from, length), Cancelled);

        Assert.Equal(1000, found!.Head.Length);
        Assert.Equal(body[expectedFrom..(expectedFrom + expectedLength)], await ReadAsync(found));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_counts_as_deleted()
    {
        var key = NewKey();

        Assert.Null(await Store.OpenReadAsync(key, range: null, Cancelled));
        Assert.Null(await Store.HeadAsync(key, Cancelled));
        await Store.DeleteAsync(key, Cancelled);
    }

    [Fact]
    public async Task What_was_deleted_is_gone()
    {
        var (key, body) = (NewKey(), Body(10));
        await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);

        await Store.DeleteAsync(key, Cancelled);

        Assert.Null(await Store.HeadAsync(key, Cancelled));
    }

    [Fact]
    public async Task Another_body_takes_the_place_of_the_first()
    {
        var (key, first, second) = (NewKey(), Body(100), Body(50));
        await Store.PutAsync(key, new MemoryStream(first), About(first), Cancelled);
        await Store.PutAsync(key, new MemoryStream(second), About(second, "image/png"), Cancelled);

        Assert.Equal((50, "image/png"), await Store.HeadAsync(key, Cancelled) is { } head ? (head.Length, head.ContentType) : default);
    }

    [Fact]
    public async Task A_list_has_everything_below_a_prefix_and_nothing_else()
    {
        var owner = Guid.CreateVersion7();
        List<ObjectKey> keys = [.. Enumerable.Range(0, 12).Select(_ => NewKey(owner))];
        var body = Body(9);
        foreach (var key in keys.Append(NewKey()))
        {
            await Store.PutAsync(key, new MemoryStream(body), About(body), Cancelled);
        }

        var found = await Store.ListAsync($"tenants/{Tenant}/assets/{owner}/", Cancelled).ToListAsync(Cancelled);

        Assert.Equal(keys.Select(k => k.Text).Order(StringComparer.Ordinal), found.Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.All(found, f => Assert.Equal(9, f.Length));
        Assert.Empty(await Store.ListAsync($"tenants/{Guid.CreateVersion7()}/", Cancelled).ToListAsync(Cancelled));
    }

    [Theory]
    [InlineData("other")]
    [InlineData("short")]
    [InlineData("long")]
    public async Task A_body_that_is_not_the_announced_one_leaves_nothing(string how)
    {
        var (key, body) = (NewKey(), Body(200_000));
        byte[] sent = how == "short" ? body[..^1] : how == "long" ? [.. body, 1] : [.. body[..^1], (byte)~body[^1]];

        var refusal = await Assert.ThrowsAsync<StorageException>(() => Store.PutAsync(key, new MemoryStream(sent), About(body), Cancelled));

        Assert.Equal(("storage_write_failed", StorageFault.Damaged), (refusal.Code, refusal.Fault));
        Assert.Null(await Store.HeadAsync(key, Cancelled));
    }

    [Fact]
    public async Task Two_at_once_leave_one_whole_body()
    {
        var (key, one, other) = (NewKey(), Body(400_000), Body(400_001));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.PutAsync(key, new MemoryStream(i % 2 == 0 ? one : other), About(i % 2 == 0 ? one : other), Cancelled)));

        var found = await ReadAsync(await Store.OpenReadAsync(key, range: null, Cancelled));

        Assert.Equal((await Store.HeadAsync(key, Cancelled))!.Sha256, Convert.ToHexStringLower(SHA256.HashData(found)));
    }

    [Fact]
    public async Task A_start_proves_the_store()
    {
        await StorageChecks.ProveAsync(Store, TimeProvider.System, Cancelled);

        await StorageChecks.LookAsync(Store, Cancelled);
    }
}
