using Microsoft.Playwright;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Pages;

/// <summary>What holds for every page in every state it has.</summary>
public sealed class EveryPage(StandIn standIn, Chromium browser)
{
    private static readonly string U = "/setup?u=" + new string('a', 43);
    private static readonly string S = "/setup?s=" + new string('a', 43);

    /// <summary>Name, address, mood of the session (null = signed out).</summary>
    public static readonly TheoryData<string, string, string?> Pages = new()
    {
        { "login", "/login", null },
        { "login-notice", "/login?notice=session_ended&next=%2Fassets", null },
        { "setup-password", U, null },
        { "setup-organisation", S, null },
        { "setup-dead", "/setup?u=short", null },
        { "home", "/home", "" },
        { "home-driver", "/home", "driver" },
        { "home-empty", "/home", "empty" },
        { "home-broken", "/home?error=switch_failed", "broken" },
        { "assets", "/assets", "" },
        { "assets-filtered", "/assets?q=van&status=READY&status=IN_USE&locationId=50000000-0000-7000-8000-000000000001&bookable=true&includeArchived=true&sort=name&order=desc", "" },
        { "assets-of-an-import", "/assets?importId=" + StandInImports.IdOf("DONE") + "&tag=VAN-001&statusLabelId=90000000-0000-7000-8000-000000000001&assignedUserId=20000000-0000-7000-8000-00000000dead", "" },
        { "assets-page-2", "/assets?cursor=next%2Bpage&from=51", "" },
        { "assets-empty", "/assets", "empty" },
        { "assets-empty-driver", "/assets?q=zzz", "driver" },
        { "assets-forbidden", "/assets", "forbidden" },
        { "assets-broken", "/assets?q=van", "broken" },
        { "assets-columns", "/assets?columns=category,model,bookable&density=compact&notice=view_taken", "" },
        { "assets-bulk", "/assets/bulk?ids=" + StandInApi.VanId + "&ids=" + StandInApi.LaptopId + "&action=edit", "" },
        { "assets-bulk-all", "/assets/bulk?all=true&status=READY", "" },
        { "assets-bulk-none", "/assets/bulk", "" },
        { "jobs", "/admin/jobs", "" },
        { "jobs-empty", "/admin/jobs", "empty" },
        { "jobs-forbidden", "/admin/jobs", "forbidden" },
        { "job-running", "/jobs/" + StandInApi.RunningId, "" },
        { "job-done", "/jobs/" + StandInApi.DoneId + "?state=SKIPPED&error=bulk_run_ended", "" },
        { "job-missing", "/jobs/80000000-0000-7000-8000-00000000dead", "" },
        { "asset", "/assets/" + StandInApi.VanId, "" },
        { "asset-held", "/assets/" + StandInApi.LaptopId + "?history=older", "" },
        { "photos", $"/assets/{StandInApi.VanId}/photos?done=photos.deleted&item={StandInPhotos.IdOf(9)}", "" },
        { "photos-driver", $"/assets/{StandInApi.VanId}/photos", "driver" },
        { "photos-empty", $"/assets/{StandInApi.VanId}/photos?error=rate_limited&of=photos&wait=900&key={StandInPhotos.IdOf(9)}", "empty" },
        { "photos-broken", $"/assets/{StandInApi.VanId}/photos", "database" },
        { "photo", $"/assets/{StandInApi.VanId}/photos/{StandInPhotos.IdOf(3)}", "" },
        { "photo-driver", $"/assets/{StandInApi.VanId}/photos/{StandInPhotos.IdOf(4)}", "driver" },
        { "photo-missing", $"/assets/{StandInApi.VanId}/photos/{StandInPhotos.IdOf(99)}", "" },
        { "asset-missing", "/assets/20000000-0000-7000-8000-00000000dead", "" },
        { "asset-new-model", "/assets/new", "" },
        { "asset-new", "/assets/new?modelId=" + StandInApi.ModelId, "" },
        { "asset-clone", "/assets/new?from=" + StandInApi.VanId, "" },
        { "asset-new-driver", "/assets/new", "driver" },
        { "asset-edit", $"/assets/{StandInApi.VanId}/edit", "" },
        { "asset-edit-model", $"/assets/{StandInApi.VanId}/edit?step=model&mq=zzz", "" },
        { "asset-edit-broken", $"/assets/{StandInApi.VanId}/edit", "database" },
        { "asset-archive", $"/assets/{StandInApi.VanId}/archive", "" },
        { "asset-restore", $"/assets/{StandInApi.VanId}/restore", "" },
        { "asset-retire", $"/assets/{StandInApi.VanId}/retire", "" },
        { "asset-status", $"/assets/{StandInApi.VanId}/status", "" },
        { "asset-return", $"/assets/{StandInApi.VanId}/return-to-service", "" },
        { "asset-reading", $"/assets/{StandInApi.VanId}/reading", "" },
        { "asset-reading-correct", $"/assets/{StandInApi.VanId}/readings/e0000000-0000-7000-8000-000000000001", "" },
        { "asset-reading-corrected", $"/assets/{StandInApi.VanId}/readings/e0000000-0000-7000-8000-000000000002", "" },
        { "asset-reading-driver", $"/assets/{StandInApi.VanId}/readings/e0000000-0000-7000-8000-000000000001", "driver" },
        { "asset-archive-driver", $"/assets/{StandInApi.VanId}/archive", "driver" },
        { "custody", "/custody", "" },
        { "custody-mine", "/custody?show=mine", "driver" },
        { "custody-empty", "/custody?show=overdue", "empty" },
        { "custody-broken", "/custody", "database" },
        { "loan", "/custody/" + StandInApi.LoanId, "plain" },
        { "loan-accept", "/custody/" + StandInApi.LoanId, "driver" },
        { "loan-missing", "/custody/b0000000-0000-7000-8000-00000000dead", "" },
        { "check-out", $"/assets/{StandInApi.VanId}/check-out", "" },
        { "check-out-place", $"/assets/{StandInApi.VanId}/check-out?to=place", "" },
        { "check-out-held", $"/assets/{StandInApi.LaptopId}/check-out?tq=zzz", "" },
        { "check-in", $"/assets/{StandInApi.LaptopId}/check-in", "" },
        { "check-in-nobody", $"/assets/{StandInApi.VanId}/check-in", "" },
        { "catalogue", "/admin/catalogue", "" },
        { "catalogue-driver", "/admin/catalogue", "driver" },
        { "catalogue-broken", "/admin/catalogue", "broken" },
        { "catalogue-list", "/admin/catalogue/categories?done=saved&name=Vans", "" },
        { "catalogue-list-archived", "/admin/catalogue/manufacturers?q=a&archived=true", "" },
        { "catalogue-list-models", "/admin/catalogue/asset-models", "" },
        { "catalogue-list-fields", "/admin/catalogue/custom-fields", "" },
        { "catalogue-list-empty", "/admin/catalogue/suppliers", "empty" },
        { "catalogue-list-none", "/admin/catalogue/suppliers?q=zzz", "" },
        { "catalogue-list-broken", "/admin/catalogue/suppliers", "malformed" },
        { "catalogue-unknown", "/admin/catalogue/spaceships", "" },
        { "catalogue-tree", "/admin/catalogue/locations", "" },
        { "catalogue-new", "/admin/catalogue/asset-models/new", "" },
        { "catalogue-new-field", "/admin/catalogue/custom-fields/new", "" },
        { "catalogue-new-list-field", "/admin/catalogue/custom-fields/new?type=list", "" },
        { "catalogue-entry", "/admin/catalogue/categories/" + StandInCatalogue.VanId, "" },
        { "catalogue-entry-archived", "/admin/catalogue/manufacturers/" + StandInCatalogue.ArchivedId + "?done=archived", "" },
        { "catalogue-entry-field", "/admin/catalogue/custom-fields/" + StandInCatalogue.FieldId, "" },
        { "catalogue-list-depreciations", "/admin/catalogue/depreciations", "" },
        { "catalogue-entry-depreciation", "/admin/catalogue/depreciations/e0000000-0000-7000-8000-000000000004", "" },
        { "catalogue-entry-set", "/admin/catalogue/fieldsets/" + StandInCatalogue.SetId, "" },
        { "catalogue-entry-place", "/admin/catalogue/locations/50000000-0000-7000-8000-000000000002", "" },
        { "catalogue-entry-label", "/admin/catalogue/status-labels/90000000-0000-7000-8000-000000000001", "" },
        { "catalogue-entry-missing", "/admin/catalogue/categories/20000000-0000-7000-8000-00000000dead", "" },
        { "checklists", "/admin/inspection-templates?done=archived&name=Old&id=" + StandInTemplates.ArchivedId, "" },
        { "checklists-archived", "/admin/inspection-templates?archived=true&error=inspection_template_not_found", "" },
        { "checklists-empty", "/admin/inspection-templates", "empty" },
        { "checklists-driver", "/admin/inspection-templates", "driver" },
        { "checklists-off", "/admin/inspection-templates", "without-inspections" },
        { "checklists-broken", "/admin/inspection-templates", "database" },
        { "checklist-new", "/admin/inspection-templates/new", "" },
        { "checklist-new-from", "/admin/inspection-templates/new?from=dvir", "" },
        { "checklist-edit", $"/admin/inspection-templates/{StandInTemplates.VanId}/edit?done=saved", "" },
        { "checklist-edit-archived", $"/admin/inspection-templates/{StandInTemplates.ArchivedId}/edit", "" },
        { "checklist-missing", "/admin/inspection-templates/f0000000-0000-7000-8000-00000000dead/edit", "" },
        { "checklist-off", "/admin/inspection-templates/new", "without-inspections" },
        { "checklist-preview", $"/admin/inspection-templates/{StandInTemplates.VanId}/preview?item=2", "" },
        { "checklist-preview-number", $"/admin/inspection-templates/{StandInTemplates.VanId}/preview?item=3", "" },
        { "checklist-preview-photo", $"/admin/inspection-templates/{StandInTemplates.VanId}/preview?item=4", "" },
        { "checklist-preview-text", $"/admin/inspection-templates/{StandInTemplates.VanId}/preview?item=99", "" },
        { "checklist-preview-missing", "/admin/inspection-templates/f0000000-0000-7000-8000-00000000dead/preview", "" },
        { "checklist-preview-driver", $"/admin/inspection-templates/{StandInTemplates.VanId}/preview", "driver" },
        { "checklist-versions", $"/admin/inspection-templates/{StandInTemplates.VanId}/versions?done=republished", "" },
        { "checklist-versions-broken", $"/admin/inspection-templates/{StandInTemplates.VanId}/versions", "malformed" },
        { "checklist-version", $"/admin/inspection-templates/{StandInTemplates.VanId}/versions/7", "" },
        { "checklist-version-first", $"/admin/inspection-templates/{StandInTemplates.VanId}/versions/1", "" },
        { "checklist-version-same", $"/admin/inspection-templates/{StandInTemplates.VanId}/versions/6", "" },
        { "checklist-version-missing", $"/admin/inspection-templates/{StandInTemplates.VanId}/versions/8", "" },
        { "checklist-import", "/admin/inspection-templates/import", "" },
        { "settings", "/admin/settings?done=saved", "" },
        { "settings-broken", "/admin/settings", "broken" },
        { "settings-driver", "/admin/settings", "driver" },
        { "settings-inspections", "/admin/settings/inspections", "" },
        { "settings-inspections-driver", "/admin/settings/inspections", "driver" },
        { "import-upload", "/assets/import", "" },
        { "import-upload-error", "/assets/import?error=quote_not_closed&line=7", "" },
        { "import-upload-driver", "/assets/import", "driver" },
        { "import-upload-people", "/assets/import?kind=users", "" },
        { "import-places", "/assets/import/" + StandInImports.IdOf("PLACES"), "" },
        { "import-draft", "/assets/import/" + StandInImports.IdOf("DRAFT"), "" },
        { "import-checked", "/assets/import/" + StandInImports.IdOf("CHECKED"), "" },
        { "import-columns", "/assets/import/" + StandInImports.IdOf("CHECKED") + "?step=columns&error=choice_missing", "" },
        { "import-blocked", "/assets/import/" + StandInImports.IdOf("BLOCKED") + "?severity=reject", "" },
        { "import-queued", "/assets/import/" + StandInImports.IdOf("QUEUED"), "" },
        { "import-running", "/assets/import/" + StandInImports.IdOf("RUNNING"), "" },
        { "import-paused", "/assets/import/" + StandInImports.IdOf("PAUSED"), "" },
        { "import-done", "/assets/import/" + StandInImports.IdOf("DONE"), "" },
        { "import-failed", "/assets/import/" + StandInImports.IdOf("FAILED") + "?severity=warning&cursor=next", "" },
        { "import-cancelled", "/assets/import/" + StandInImports.IdOf("CANCELLED"), "" },
        { "import-missing", "/assets/import/90000000-0000-7000-8000-00000000dead", "" },
        { "import-broken", "/assets/import/" + StandInImports.IdOf("DONE"), "broken" },
        { "import-forbidden", "/assets/import/" + StandInImports.IdOf("DONE"), "forbidden" },
        { "imports", "/admin/imports", "" },
        { "imports-empty", "/admin/imports", "empty" },
        { "imports-forbidden", "/admin/imports", "forbidden" },
        { "imports-broken", "/admin/imports", "malformed" },
        { "label", "/q/0123456789", "" },
        { "label-mine", "/q/1123456789", "driver" },
        { "label-dead", "/q/zzz", "driver" },
        { "label-elsewhere", "/q/ABCDEFGHJK", "" },
        { "label-broken", "/q/0123456789", "broken" },
        { "scan", "/scan", "driver" },
        { "scan-nothing", "/scan?text=FC-9999", "" },
        { "scan-elsewhere", "/scan?text=ABCDEFGHJK", "" },
        { "labels", "/admin/labels", "" },
        { "labels-one", "/admin/labels?ids=" + StandInApi.VanId + "&done=rotated", "" },
        { "labels-found", "/admin/labels?q=van", "" },
        { "labels-driver", "/admin/labels", "driver" },
        { "notices", "/notifications", "" },
        { "notices-all", "/notifications?show=all&cursor=x&error=outage", "driver" },
        { "notices-empty", "/notifications", "empty" },
        { "notices-broken", "/notifications", "malformed" },
        { "preferences", "/account/notifications?done=saved", "" },
        { "preferences-broken", "/account/notifications", "database" },
        { "defaults", "/admin/notifications", "" },
        { "defaults-driver", "/admin/notifications", "driver" },
        { "suppressions", "/admin/mail-suppressions?done=released", "" },
        { "suppressions-released", "/admin/mail-suppressions?show=released", "" },
        { "suppressions-empty", "/admin/mail-suppressions?error=not_found", "empty" },
        { "suppressions-driver", "/admin/mail-suppressions", "driver" },
        { "dead-letters", "/admin/dead-letters?error=reason", "" },
        { "dead-letters-empty", "/admin/dead-letters?done=requeued&moved=99999999999&left=99999999999999999999", "empty" },
        { "dead-letters-driver", "/admin/dead-letters", "driver" },
        { "defects", "/defects?asset=" + StandInApi.VanId, "" },
        { "defects-repaired", "/defects?show=repaired&cursor=x", "driver" },
        { "defects-empty", "/defects", "empty" },
        { "defects-off", "/defects", "without-inspections" },
        { "defects-broken", "/defects", "broken" },
        { "defect", "/defects/" + StandInInspections.DefectId, "" },
        { "defect-driver", "/defects/" + StandInInspections.DefectId, "driver" },
        { "defect-repaired", "/defects/" + StandInInspections.RepairedId + "?done=certified", "" },
        { "defect-missing", "/defects/f6000000-0000-7000-8000-00000000dead", "" },
        { "inspections", "/inspections", "" },
        { "inspections-all", $"/inspections?show=all&status=COMPLETED&outcome=FAIL&asset={StandInApi.VanId}", "" },
        { "inspections-driver", "/inspections?done=left", "driver" },
        { "inspections-empty", "/inspections", "empty" },
        { "inspections-none", "/inspections?show=all&status=CANCELLED&outcome=PASS", "" },
        { "inspections-broken", "/inspections", "database" },
        { "inspections-off", "/inspections", "without-inspections" },
        { "inspection-new", "/inspections/new", "driver" },
        { "inspection-new-none", "/inspections/new?q=zzz", "" },
        { "inspection-new-asset", $"/inspections/new?asset={StandInApi.VanId}", "empty" },
        { "inspection-new-open", $"/inspections/new?asset={StandInApi.VanId}", "driver" },
        { "inspection-new-no-checklist", $"/inspections/new?asset={StandInApi.LaptopId}", "empty" },
        { "inspection-new-off", "/inspections/new", "without-inspections" },
        { "runner-yes-or-no", $"/inspections/{StandInInspections.OpenId}?item=2", "driver" },
        { "runner-number", $"/inspections/{StandInInspections.OpenId}?item=3", "driver" },
        { "runner-photo", $"/inspections/{StandInInspections.OpenId}?item=4", "driver" },
        { "runner-text", $"/inspections/{StandInInspections.OpenId}?item=5", "" },
        { "runner-end", $"/inspections/{StandInInspections.OpenId}?item=end", "driver" },
        { "runner-end-signed", $"/inspections/{StandInInspections.OpenId}?item=end", "signed" },
        { "offline", "/offline", "driver" },
        { "inspection-failed", $"/inspections/{StandInInspections.FailedId}?done=completed", "" },
        { "inspection-changed", $"/inspections/{StandInInspections.FailedId}?show=changed", "driver" },
        { "inspection-reviewed", $"/inspections/{StandInInspections.ReviewedId}?done=reviewed&show=failed", "" },
        { "inspection-half-read", "/inspections/" + StandInInspections.FailedId, "half-read" },
        { "report", $"/inspections/{StandInInspections.FailedId}/report", "" },
        { "report-cancelled", $"/inspections/{StandInInspections.CancelledId}/report", "driver" },
        { "report-missing", "/inspections/f1000000-0000-7000-8000-00000000dead/report", "" },
        { "report-half-read", $"/inspections/{StandInInspections.FailedId}/report", "half-read" },
        { "inspection-cancelled", "/inspections/" + StandInInspections.CancelledId, "driver" },
        { "inspection-missing", "/inspections/f1000000-0000-7000-8000-00000000dead", "" },
        { "inspection-broken", "/inspections/" + StandInInspections.FailedId, "database" },
        { "inspection-photo", $"/inspections/{StandInInspections.FailedId}/photos/{StandInInspections.PhotoId(2)}", "" },
        { "inspection-photo-unmarked", $"/inspections/{StandInInspections.FailedId}/photos/{StandInInspections.PhotoId(1)}?done=marks", "driver" },
        { "inspection-photo-hidden", $"/inspections/{StandInInspections.FailedId}/photos/{StandInInspections.PhotoId(2)}?marks=hidden", "" },
        { "inspection-photo-marks", $"/inspections/{StandInInspections.FailedId}/photos/{StandInInspections.PhotoId(2)}?marks=edit", "" },
        { "inspection-photo-missing", $"/inspections/{StandInInspections.FailedId}/photos/{StandInInspections.PhotoId(8)}", "" },
        { "sessions", "/account/sessions?done=ended", "" },
        { "sessions-broken", "/account/sessions?error=outage", "malformed" },
        { "more", "/more", "" },
        { "no-organisation", "/home", "pending" },
        { "outage", "/assets", "broken-me" },
        { "error-403", "/error/403", "driver" },
        { "error-404", "/no/such/page", "" },
        { "error-404-signed-out", "/no/such/page", null },
        { "error-500", "/error/500", "" },
    };

    /// <summary>English as most see the page, a driver on a phone and others at a desk (at 320 px all are, in another test); in the long run both, and every language.</summary>
    private static IEnumerable<View> Views(string? mood)
    {
        var session = mood is null ? null : StandInApi.Cookie(mood);
        View desk = new(1280, Session: session), phone = new(360, Session: session);
        return Chromium.IsFull ? [desk, phone, desk with { Locale = "pt-br" }, desk with { Locale = "es" }]
            : mood is "driver" or null ? [phone]
            : [desk];
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Is_accessible_and_obeys_its_own_content_security_policy(string name, string path, string? mood)
    {
        foreach (var view in Views(mood))
        {
            List<string> complaints = [];
            var page = await OpenAsync(path, view, complaints);

            // Read before axe runs: axe itself is injected code.
            Assert.True(complaints.Count == 0, $"{name}: {string.Join('\n', complaints)}");
            var found = await Axe.FindAsync(page);

            await ShootAsync(page, name, view);
            Assert.True(found.Length == 0, $"{name} {view}\n{string.Join('\n', found)}");
            if (Chromium.IsFull)
            {
                await LooksAreReadableAsync(page, name, view);
            }

            await page.Context.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_rules_find_what_is_wrong_with_a_page()
    {
        var page = await browser.OpenAsync(standIn.Web.Address, new View());
        await page.SetContentAsync("<html lang=en><title>Wrong</title><main><h1>Wrong</h1><img src=x><p style='color:#bbb;background:#fff'>Pale</p></main>");

        var found = await Axe.FindAsync(page);
        var pale = await Axe.FindAsync(page, "color-contrast");

        Assert.Equal(["color-contrast", "image-alt"], found.Select(f => f.Split(':')[0]).Order());
        Assert.Contains("Pale", Assert.Single(pale), StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    // A look changes colours and nothing else of a page, so no other rule can answer differently.
    private static async Task LooksAreReadableAsync(IPage page, string name, View view)
    {
        foreach (var look in (string[])["dark", "dark.more", "light.more.compact"])
        {
            await page.EvaluateAsync(
                "([theme, contrast, density]) => Object.assign(document.documentElement.dataset, { theme, contrast: contrast ?? '', density: density ?? '' })", look.Split('.'));
            var found = await Axe.FindAsync(page, "color-contrast");

            await ShootAsync(page, name, view with { Look = look });
            Assert.True(found.Length == 0, $"{name} {view.Locale} {look}\n{string.Join('\n', found)}");
        }
    }

    private async Task<IPage> OpenAsync(string path, View view, List<string>? complaints = null)
    {
        var page = await browser.OpenAsync(standIn.Web.Address, view);
        page.Console += (_, message) =>
        {
            // A page that answers 404 or 503 is logged as such; everything else is a refused script, style or picture.
            if (message.Type == "error" && !(message.Text.StartsWith("Failed to load resource: the server responded with a status of", StringComparison.Ordinal)
                && message.Location.StartsWith(standIn.Web.Address.GetLeftPart(UriPartial.Authority) + path.Split('?')[0], StringComparison.Ordinal)))
            {
                complaints?.Add($"{message.Text} {message.Location}");
            }
        };
        page.PageError += (_, error) => complaints?.Add(error);
        var response = await page.GotoAsync(path);
        Assert.True(response!.Status != 500 || path == "/error/500", $"{path} failed."); // an error page is accessible, too
        await page.SettleAsync();
        return page;
    }

    /// <summary>Pictures for the eye, when SHOTS names a folder.</summary>
    internal static async Task ShootAsync(IPage page, string name, View view)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{view.Width}-{view.Locale}-{view.Look}.png") });
        }
    }
}
