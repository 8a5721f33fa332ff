using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Panorama.Api.Tests.Identity;

/// <summary>Alone, since the counter is the process's: nobody else hashes meanwhile.</summary>
[CollectionDefinition(nameof(HashingForNobody), DisableParallelization = true)]
public sealed class HashingAlone;

[Collection(nameof(HashingForNobody))]
public sealed class HashingForNobody(ApiApp app)
{
    [Fact]
    public async Task Takes_the_same_work_as_for_an_account()
    {
        var tenant = await app.CreateTenantAsync();
        await app.SetPasswordAsync(tenant.Owner, "correct horse 9 battery");
        await app.SetPasswordAsync(tenant.Driver, "correct horse 9 battery");
        await app.RunAsync("update users set status = 'SUSPENDED' where id = $1", tenant.Driver.UserId);

        var wrong = await WorkAsync(tenant.Owner.Email, "wrong");

        Assert.Equal(["memory_kib=19456 passes=2"], wrong);
        Assert.Equal(wrong, await WorkAsync($"nobody-{Panorama.Testing.TestTenant.NewId():N}@example.com", "wrong"));
        Assert.Equal(wrong, await WorkAsync("no e-mail\0at all", "wrong"));
        Assert.Equal(wrong, await WorkAsync(tenant.Staff.Email, "wrong")); // has no password
        Assert.Equal(wrong, await WorkAsync(tenant.Driver.Email, "correct horse 9 battery"));
    }

    private async Task<string[]> WorkAsync(string email, string password)
    {
        var derived = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Name: "panorama.password.derivations", Meter.Name: "Panorama.Identity" })
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => derived.Enqueue(string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))));
        listener.Start();
        using var client = app.Client();

        Assert.Equal("401 invalid_credentials", await client.PostOutcomeAsync("/api/auth/login", new { email, password }));

        return [.. derived];
    }
}
