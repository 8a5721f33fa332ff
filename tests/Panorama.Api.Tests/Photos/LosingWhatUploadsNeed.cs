using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Api.Tests.Photos;

public sealed class LosingWhatUploadsNeed(PhotoApi api) : IClassFixture<PhotoApi>
{
    [Fact]
    public async Task Two_processes_count_uploads_together_and_neither_repeats_nor_refusals()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await using var redis = await RedisServer.StartAsync();
        (string, string?)[] settings = [("ConnectionStrings:redis", redis.ConnectionString), ("PHOTO_RATE_USER_HOUR", "2"), ("PHOTO_RATE_TENANT_HOUR", "3")];
        await using var one = await api.StartAsync(b => Outages.BePatient(b, redis), settings);
        await using var two = await api.StartAsync(b => Outages.BePatient(b, redis), settings);
        using var client = one.Client(tenant.Staff.Token);
        using var elsewhere = two.Client(tenant.Staff.Token);
        using var other = two.Client(tenant.Owner.Token);
        var key = PhotoCalls.NewKey();

        await client.TakeAsync(asset, key: key);
        Assert.Equal("200", await elsewhere.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key)));
        await elsewhere.TakeAsync(asset);
        using (var form = PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg")))
        using (var refused = await client.UploadAsync(asset, form))
        {
            var problem = await refused.ReadProblemAsync();
            Assert.Equal((429, "rate_limited", "uploads"), (problem.Status, problem.Code, problem.Body.GetProperty("scope").GetString()));
            Assert.InRange(int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 3_500, 3_600);
        }

        await other.TakeAsync(asset);
        Assert.Equal("429 rate_limited", await other.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("gone")]
    [Trait("FieldCase", "RED-02")]
    public async Task Without_redis_uploads_wait_no_second_and_photos_are_shown(string how)
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var running = await api.StartAsync(("ConnectionStrings:redis", redis.ConnectionString));
        using var before = api.Client(tenant.Staff);
        var id = (await before.TakeAsync(asset)).Text("id");
        using var client = running.Client(tenant.Staff.Token);
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
        await redis.SignalAsync(how == "stopped" ? "STOP" : "KILL");

        for (var i = 0; i < 2; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var form = PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"));
            using var response = await client.UploadAsync(asset, form);
            Assert.Equal("503 rate_limiter_unavailable", await response.OutcomeAsync());
            Assert.Equal("1", Assert.Single(response.Headers.GetValues("Retry-After")));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 1);
        }

        Assert.Equal("200", await client.GetOutcomeAsync($"/api/photos/{id}/full"));
        Assert.Equal(2, (await api.ObjectsAsync(tenant.Id, 2)).Length);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_leaves_no_row_and_the_same_key_may_be_sent_again()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await using var running = await api.StartAsync(("PHOTO_RATE_USER_HOUR", "1"));
        using var client = running.Client(tenant.Staff.Token);
        var (key, blocked) = (PhotoCalls.NewKey(), Path.Combine(api.Folder, "tenants", tenant.Id.ToString()));
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "in the way", TestContext.Current.CancellationToken);

        using (var form = PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"), key))
        using (var response = await client.UploadAsync(asset, form))
        {
            Assert.Equal("503 storage_write_failed", await response.OutcomeAsync());
            Assert.Equal("1", Assert.Single(response.Headers.GetValues("Retry-After")));
        }

        Assert.Equal(0L, await api.App.RunAsync("select count(*) from photos where asset_id = $1", asset));
        File.Delete(blocked);
        await client.TakeAsync(asset, key: key); // the one that could not be stored was not counted
    }

    [Fact]
    public async Task Without_a_store_nothing_can_be_uploaded_and_all_else_works()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.App.Client(tenant.Staff);

        Assert.Equal("503 storage_write_failed", await client.UploadOutcomeAsync(asset, PhotoCalls.Form(PhotoCalls.Field("pho-01-orient6.jpg"))));
        Assert.Empty((await client.GetJsonAsync($"/api/assets/{asset}/photos")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    [Trait("FieldCase", "PHO-08")]
    public async Task Slow_senders_hold_no_connection_and_who_hangs_up_leaves_nothing()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        using var client = api.Client(tenant.Staff);
        var senders = new List<TcpClient>();
        for (var i = 0; i < 14; i++)
        {
            senders.Add(await PhotoCalls.HalfSentAsync(api.Api, $"/api/assets/{asset}/photos", tenant.Staff.Token));
        }

        await api.ReceivingAsync(senders.Count);
        Assert.Equal("200", await client.GetOutcomeAsync($"/api/assets/{asset}"));
        await client.TakeAsync(asset);
        senders.ForEach(s => s.Dispose());
        await api.ReceivingAsync(0);
        Assert.Equal(2, (await api.ObjectsAsync(tenant.Id, 2)).Length);
        Assert.Equal(1L, await api.App.RunAsync("select count(*) from photos where asset_id = $1", asset));
    }

    [Fact]
    public async Task A_database_that_goes_between_object_and_row_leaves_neither()
    {
        var tenant = await api.App.CreateTenantAsync();
        var asset = await tenant.AssetAsync();
        await using var wire = new CuttableWire(new NpgsqlConnectionStringBuilder(api.App.Database.ConnectionString(DatabaseRoles.App)).Port);
        string Through(string role) => new NpgsqlConnectionStringBuilder(api.App.Database.ConnectionString(role)) { Port = wire.Port, Timeout = 2 }.ConnectionString;
        await using var running = await api.StartAsync(("ConnectionStrings:panorama", Through(DatabaseRoles.App)), ("ConnectionStrings:panorama_auth", Through(DatabaseRoles.Auth)));
        using (var sender = await PhotoCalls.HalfSentAsync(running, $"/api/assets/{asset}/photos", tenant.Staff.Token))
        {
            await api.ReceivingAsync(1);
            wire.Cut();
            Assert.Equal("HTTP/1.1 503 Service Unavailable", (await sender.SendRestAsync()).Split("\r\n")[0]);
        }

        Assert.Empty(await api.ObjectsAsync(tenant.Id, 0));
        wire.Mend();
        Assert.Equal(0L, await api.App.RunAsync("select count(*) from photos where asset_id = $1", asset));
    }
}
