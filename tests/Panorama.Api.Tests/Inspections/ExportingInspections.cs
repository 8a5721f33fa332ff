using System.IO.Compression;
using System.Text;
using Panorama.Testing;

namespace Panorama.Api.Tests.Inspections;

public sealed class ExportingInspections(ApiApp app)
{
    private const string Route = "/api/inspections/export";

    [Fact]
    public async Task What_the_list_shows_is_written_in_the_organisations_words_and_zone_and_the_log_says_so()
    {
        var tenant = await FillAsync();
        using var admin = app.Client(tenant.FleetAdmin);

        var lines = (await DownloadAsync(admin, "?format=csv&scope=tenant")).Split("\r\n");
        var failed = (await DownloadAsync(admin, "?format=csv&scope=tenant&needsReview=true&language=en&delimiter=semicolon&bom=true")).Split("\r\n");

        Assert.StartsWith("Inspeção,Patrimônio,Ativo,Checklist,Situação,Resultado,Início (America/Sao_Paulo),Iniciada por,", lines[0], StringComparison.Ordinal);
        Assert.Equal(5, lines.Length); // head, three inspections and the end
        Assert.Contains($",VAN-1,Van,Pre-trip,Em andamento,,2026-11-24 09:00:00,driver of {tenant.Slug},,,,0,0,,,,,,", lines[1], StringComparison.Ordinal);
        Assert.Contains($",VAN-1,Van,Pre-trip,Concluída,Reprovado,2026-11-23 09:00:00,driver of {tenant.Slug},2026-11-23 09:05:00,driver of {tenant.Slug},,1,0,'=worn,,,,,", lines[2], StringComparison.Ordinal);
        Assert.Contains($",Cancelada,,2026-11-22 09:00:00,fleet_staff of {tenant.Slug},,,,0,0,,,,,2026-11-22 09:30:00,wrong van", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("\uFEFFInspection;Asset tag;Asset;", failed[0], StringComparison.Ordinal);
        Assert.Equal(3, failed.Length);
        await DownloadAsync(admin, "?format=csv&scope=tenant&status=CANCELLED&outcome=FAIL");
        Assert.Equal(
            """{"rows": 1, "format": "csv", "filters": {"status": null, "assetId": null, "isOfAll": true, "outcome": null, "needsReview": true, "reservationId": null}}""",
            await app.RunAsync("select metadata::text from audit_events where tenant_id = $1 and action = 'panorama.inspections.exported' and (metadata ->> 'rows')::int = 1", tenant.Id));
        Assert.Equal(
            "CANCELLED FAIL",
            await app.RunAsync("select concat_ws(' ', metadata #>> '{filters,status}', metadata #>> '{filters,outcome}') from audit_events where tenant_id = $1 and (metadata ->> 'rows')::int = 0", tenant.Id));
    }

    [Fact]
    public async Task A_driver_gets_ones_own_the_desk_all_as_a_workbook_too_and_another_organisation_none()
    {
        var (tenant, other) = (await FillAsync(), await app.CreateInspectingTenantAsync());
        using var driver = app.Client(tenant.Driver);
        using var staff = app.Client(tenant.Staff);
        using var stranger = app.Client(other.Owner);

        Assert.Equal(4, (await DownloadAsync(driver, "?format=csv")).Split("\r\n").Length);
        Assert.Equal("403 admin_role_required_for_tenant_scope", await driver.GetOutcomeAsync($"{Route}?format=csv&scope=tenant"));
        Assert.Equal(2, (await DownloadAsync(stranger, "?format=csv&scope=tenant")).Split("\r\n").Length);
        using var response = await staff.GetAsync(new Uri($"{Route}?format=xlsx&scope=tenant", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.StartsWith($"panorama-{tenant.Slug}-inspections-20", response.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
        await using var book = await ZipArchive.CreateAsync(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, TestContext.Current.CancellationToken);
        Assert.Contains(book.Entries, e => e.FullName == "xl/worksheets/sheet1.xml");
        foreach (var query in new[] { "", "?format=pdf", "?format=csv&status=DONE", "?format=csv&language=fr", "?format=csv&assetId=x", "?format=csv&decimal=dot" })
        {
            Assert.Equal((query, "400 invalid_query"), (query, await staff.GetOutcomeAsync(Route + query)));
        }
    }

    [Fact]
    public async Task More_than_a_page_is_written_whole_and_each_once()
    {
        var tenant = await FillAsync();
        await app.RunAsync(
            """
            insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, status, started_at, cancelled_at)
            select gen_random_uuid(), $1, t.id, 'n', '{"items":[{}]}', a.id, $2, 'CANCELLED', timestamptz '2026-01-01' + (n / 3) * interval '1 s', now()
              from generate_series(1, 4500) n, inspection_templates t, assets a where t.tenant_id = $1 and a.tenant_id = $1
            """, tenant.Id, tenant.Driver.UserId);
        using var driver = app.Client(tenant.Driver);

        var ids = (await DownloadAsync(driver, "?format=csv")).Split("\r\n")[1..^1].Select(l => l.Split(',')[0]).ToList();

        Assert.Equal(4_502, ids.Count);
        Assert.Equal(4_502, ids.Distinct(StringComparer.Ordinal).Count());
    }

    private static async Task<string> DownloadAsync(HttpClient client, string query)
    {
        using var response = await client.GetAsync(new Uri(Route + query, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("200", await response.OutcomeAsync());
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>One that goes on, one that failed and one that was given up, in São Paulo.</summary>
    private async Task<TestTenant> FillAsync()
    {
        var tenant = await app.CreateInspectingTenantAsync();
        await app.RunAsync("update tenants set timezone = 'America/Sao_Paulo', locale = 'pt-br' where id = $1", tenant.Id);
        var asset = await tenant.AssetAsync("VAN-1", "Van");
        await app.RunAsync(
            """
            with t as (
              insert into inspection_templates (id, tenant_id, name, category_kind, created_by_user_id) values (gen_random_uuid(), $1, 'Pre-trip', 'VEHICLE', $3) returning id),
            made as (
              insert into inspections (id, tenant_id, template_id, template_name, template_snapshot, asset_id, started_by_user_id, status, outcome, summary_note, started_at, completed_at,
                completed_by_user_id, cancelled_at, cancelled_by_user_id, cancel_reason)
              select gen_random_uuid(), $1, t.id, 'Pre-trip', '{"items":[{"id":"0193a6d0-0000-7000-8000-000000000001"}]}', $2, r.starter, r.status, r.outcome, r.note, r.at,
                     case when r.status = 'COMPLETED' then r.at + interval '5 minutes' end, case when r.status = 'COMPLETED' then r.starter end,
                     case when r.status = 'CANCELLED' then r.at + interval '30 minutes' end, case when r.status = 'CANCELLED' then r.starter end, r.reason
                from t, (values ($3::uuid, 'IN_PROGRESS', null, null, timestamptz '2026-11-24T12:00:00Z', null),
                                ($3::uuid, 'COMPLETED', 'FAIL', '=worn', timestamptz '2026-11-23T12:00:00Z', null),
                                ($4::uuid, 'CANCELLED', null, null, timestamptz '2026-11-22T12:00:00Z', 'wrong van')) r(starter, status, outcome, note, at, reason)
              returning id, outcome)
            insert into inspection_responses (id, tenant_id, inspection_id, snapshot_item_id, boolean_value, responded_by_user_id, responded_at)
            select gen_random_uuid(), $1, made.id, '0193a6d0-0000-7000-8000-000000000001', false, $3, now() from made where outcome = 'FAIL'
            """, tenant.Id, asset, tenant.Driver.UserId, tenant.Staff.UserId);
        return tenant;
    }
}
