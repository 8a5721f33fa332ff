namespace Panorama.Web.Notifications;

/// <summary>Icon and tone of a notice by what it is about.</summary>
internal static class NoticeLook
{
    public static (string Icon, string Tone) Of(string type) => (Icon(type), Tone(type));

    private static string Icon(string type) => (type.Split('.') is [_, var area, ..] ? area : "") switch
    {
        "asset" => "boxes",
        "auth" => "key-round",
        "import" => "upload",
        "bulk" => "activity",
        "membership" => "users",
        "audit" => "shield-alert",
        "inspection" => "clipboard-check",
        "reservation" => "calendar-check",
        "maintenance" => "wrench",
        _ => "bell",
    };

    private static string Tone(string type) => type switch
    {
        "panorama.audit.chain_broken" or "panorama.inspection.defect_opened" => "bad",
        "panorama.asset.custody_declined" or "panorama.asset.checkin_requested" or "panorama.asset.checkin_overdue" or "panorama.auth.signed_in_elsewhere" => "warn",
        _ => "info",
    };
}
