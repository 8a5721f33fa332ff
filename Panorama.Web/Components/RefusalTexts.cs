using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Components;

/// <summary>Why a photo or a document was not taken, and what to do about it.</summary>
internal static class RefusalTexts
{
    /// <summary>What the upload module looks its sentences up by; anything else is said by <c>server_error</c> or <c>unknown</c>.</summary>
    public static readonly string[] Codes =
    [
        "unsupported_media_type", "photo_too_large", "photo_too_large_pixels", "photo_needs_too_much_memory", "photo_processing_failed", "empty_photo", "file_empty",
        "body_too_large", "rate_limited", "photo_pipeline_busy", "storage_write_failed", "rate_limiter_unavailable", "storage_full",
        "asset_photo_cap_reached", "asset_document_cap_reached", "upload_key_collision", "upload_replay_race", "authentication_required", "forbidden", "asset_not_found", "asset_archived",
        "database_unavailable", "try_again", "server_error", "api_unreachable", "unreachable", "unknown",
    ];

    /// <param name="area">photo or document: some sentences name what is accepted.</param>
    /// <param name="when">From when on it can be tried again, as people read it; for <c>rate_limited</c>.</param>
    public static string Sentence(string area, string code, string when, Texts texts)
    {
        var key = $"{area}.refused.{code}";
        return texts.Has(key) ? texts[key, ("time", when)]
            : code == "rate_limited" ? texts["photo.refused.rate_limited", ("time", when)]
            : ProblemTexts.Sentence(new ApiProblem(StatusCodes.Status400BadRequest, code), texts);
    }
}
