using Panorama.Web.Api;

namespace Panorama.Web.Shell;

/// <param name="Shown">Whether this person has any use for the page; the page itself is guarded by Api.</param>
/// <param name="Count">How much waits there; 0 shows nothing.</param>
public sealed record NavigationItem(string Href, string Icon, string Key, Func<Viewer, bool> Shown, Func<Viewer, int>? Count = null)
{
    /// <summary>Nobody is known while Api does not answer: then only what everybody has.</summary>
    public bool ShownTo(Viewer? viewer) => viewer is null ? Href is "/home" or "/assets" : Shown(viewer);
}

/// <summary>The pages that exist, in the order of both navigations.</summary>
internal static class Navigation
{
    public static readonly IReadOnlyList<NavigationItem> Main =
    [
        new("/home", "house", "nav.home", _ => true),
        new("/assets", "boxes", "nav.assets", me => me.CurrentTenantId is not null),
        new("/custody", "key-round", "nav.custody", me => me.CurrentTenantId is not null),
        new("/inspections", "clipboard-check", "nav.inspections", me => me.HasInspections),
        new("/scan", "scan-line", "nav.scan", me => me.CurrentTenantId is not null),
    ];

    /// <summary>Those along the foot of a phone, which has room for five with the menu; the menu lists what is left out.</summary>
    public static IEnumerable<NavigationItem> Tabs(Viewer? viewer) => Main.Where(i => i.ShownTo(viewer) && !(i.Href == "/custody" && viewer?.HasInspections == true));

    public static readonly IReadOnlyList<NavigationItem> Account =
    [
        new("/notifications", "bell", "nav.inbox", me => me.CurrentTenantId is not null, me => me.Waiting?.Unread ?? 0),
        new("/account/notifications", "mail", "nav.notify", me => me.CurrentTenantId is not null),
        new("/account/sessions", "monitor", "nav.sessions", _ => true),
        new("/more", "settings", "nav.preferences", _ => true),
    ];

    public static readonly IReadOnlyList<NavigationItem> Administration =
    [
        new("/admin/inspection-templates", "clipboard-check", "nav.checklists", me => me.IsAdmin && me.HasInspections),
        new("/defects", "wrench", "nav.defects", me => me.HasInspections && me.IsDesk),
        new("/admin/catalogue", "list-checks", "nav.catalogue", me => me.IsAdmin),
        new("/admin/settings", "settings", "nav.settings", me => me.IsAdmin),
        new("/admin/notifications", "bell", "nav.notifications", me => me.IsAdmin),
        new("/admin/mail-suppressions", "mail", "nav.suppressions", me => me.IsAdmin),
        new("/admin/dead-letters", "octagon-alert", "nav.dead_letters", me => me.CurrentRole == "owner", me => me.Waiting?.DeadLetters ?? 0),
        new("/admin/jobs", "activity", "nav.jobs", me => me.IsAdmin),
        new("/admin/imports", "upload", "nav.imports", me => me.IsAdmin),
        new("/admin/labels", "qr-code", "nav.labels", me => me.CurrentRole is "owner" or "fleet_admin" or "fleet_staff"),
        new("/api/docs", "file-text", "nav.api", me => me.IsAdmin),
    ];

    /// <summary>The longest address that is a prefix of the path, by whole segments.</summary>
    public static string? Current(string path) => Main.Concat(Account).Concat(Administration).Select(i => i.Href)
        .Where(href => path == href || path.StartsWith(href + "/", StringComparison.Ordinal))
        .MaxBy(href => href.Length);
}
