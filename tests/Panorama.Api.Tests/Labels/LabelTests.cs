using System.Text.Json;
using Panorama.Testing;

namespace Panorama.Api.Tests.Labels;

internal static class LabelTests
{
    /// <summary>The code of an asset's sticker, made as a page makes it.</summary>
    public static async Task<string> LabelAsync(this ApiApp app, TestTenant tenant, Guid asset)
    {
        using var client = app.Client(tenant.Owner);
        await client.GetSvgAsync($"/api/assets/{asset}/qr.svg");
        return (string)(await app.RunAsync("select code from asset_labels where asset_id = $1 and revoked_at is null", asset))!;
    }

    public static async Task<string> GetSvgAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((200, "image/svg+xml"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public static async Task HoldAsync(this ApiApp app, TestTenant tenant, Guid asset, TestPerson holder, bool isAccepted = false) => await app.RunAsync(
        $"""
        with held as (update assets set status = 'IN_USE' where id = $3)
        insert into asset_assignments (id, tenant_id, asset_id, target_type, target_user_id, checked_out_at, accepted_at)
        values ($1, $2, $3, 'user', $4, '2026-02-01T08:00:00Z', {(isAccepted ? "now()" : "null")})
        """,
        TestTenant.NewId(), tenant.Id, asset, holder.UserId);

    public static string[] Actions(this JsonElement label) => [.. label.GetProperty("actions").EnumerateArray().Select(a => a.GetString()!)];
}
