using Panorama.Web.Components;
using Panorama.Web.Localization;

namespace Panorama.Web.Inspections;

/// <summary>What the module of a run says, by the keys that it looks them up by; placeholders are filled there.</summary>
internal static class RunnerWords
{
    private static readonly string[] Plain =
    [
        "error.yes_or_no", "error.number", "error.number_needed", "error.text_needed", "error.min", "error.max", "kept.waiting", "kept.draft", "kept.sent", "kept.refused",
        "computed.PASS", "computed.NEEDS_MAINTENANCE", "computed.FAIL", "waiting.one", "waiting.other", "held.one", "held.other", "offline.title", "offline_none.title", "offline_none.text",
        "again.seconds.one", "again.seconds.other", "again.minutes.one", "again.minutes.other", "limited.title", "busy.title", "signed-out.title", "signed-out.text", "other-person.title", "other-person.text", "other-tenant.title", "other-tenant.text", "barred.title", "barred.text", "full.title", "full.text", "ended.title", "ended.text", "removal.reason", "removal.later", "removal.done", "error.answer_missing", "error.photo_missing", "finish.later", "finish.refused",
    ];

    private static readonly string[] Refusals =
    [
        .. RefusalTexts.Codes, "inspection_photo_cap_reached", "inspection_not_in_progress", "inspection_not_found", "feature_disabled", "required_items_missing", "signature_required",
        "signature_invalid", "admin_role_required", "legal_hold", "concurrency_conflict", "photo_unreadable",
    ];

    public static IEnumerable<(string Key, string Text)> Of(Texts texts) =>
        Plain.Select(key => (key, texts["runner." + key])).Concat(Refusals.Select(code => ("refused." + code, Refusal(code, "{time}", texts))));

    /// <summary>Why something of a run was not taken. Each organisation has a limit of its own for the photos of its inspections.</summary>
    public static string Refusal(string code, string when, Texts texts) =>
        code == "photo_too_large" ? texts["runner.photo.too_large"] : RefusalTexts.Sentence("photo", code, when, texts);
}
