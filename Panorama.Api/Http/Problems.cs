using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Panorama.Api.Http;

/// <summary>One row of docs/errors.md.</summary>
internal sealed record ProblemKind(string Code, int Status, string Title);

/// <summary>Every refusal of the Api. Clients switch on the code: it is never renamed or reused.</summary>
internal static class Problems
{
    public static readonly ProblemKind MalformedBody = new("malformed_body", 400, "The body is not well-formed JSON.");
    public static readonly ProblemKind InvalidBody = new("invalid_body", 400, "The body has missing, unknown or invalid members.");
    public static readonly ProblemKind InvalidQuery = new("invalid_query", 400, "A query value is invalid.");
    public static readonly ProblemKind PasswordTooShort = new("password_too_short", 400, "The password is too short.");
    public static readonly ProblemKind PasswordTooLong = new("password_too_long", 400, "The password is too long.");
    public static readonly ProblemKind PasswordBreached = new("password_breached", 400, "The password is on a list of breached passwords.");
    public static readonly ProblemKind PasswordNotText = new("password_not_text", 400, "The password is not valid Unicode text.");
    public static readonly ProblemKind CustomFieldInvalid = new("custom_field_invalid", 400, "A value of an added field is not what the field takes.");
    public static readonly ProblemKind AssetArchived = new("asset_archived", 400, "The asset is archived.");
    public static readonly ProblemKind ExpectedCheckinInPast = new("expected_checkin_in_past", 400, "The expected return lies in the past.");
    public static readonly ProblemKind MileageNotMonotonic = new("mileage_not_monotonic", 400, "The reading does not fit between those before and after it.");
    public static readonly ProblemKind NothingSelected = new("nothing_selected", 400, "No asset matches the filter.");
    public static readonly ProblemKind TooManySelected = new("too_many_selected", 400, "More assets match the filter than one run may change.");
    public static readonly ProblemKind IdempotencyKeyInvalid = new("idempotency_key_invalid", 400, "The Idempotency-Key is empty, too long or not plain ASCII.");
    public static readonly ProblemKind AuthenticationRequired = new("authentication_required", 401, "Sign in first.");
    public static readonly ProblemKind InvalidCredentials = new("invalid_credentials", 401, "The e-mail or the password is wrong.");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "Your role does not allow this.");
    public static readonly ProblemKind OwnerRoleRequired = new("owner_role_required", 403, "Only an owner may do this.");
    public static readonly ProblemKind TenantMismatch = new("tenant_mismatch", 403, "That is not the organisation you work in.");
    public static readonly ProblemKind CrossSite = new("csrf_origin_mismatch", 403, "The request comes from another site.");
    public static readonly ProblemKind AdminRoleRequired = new("admin_role_required", 403, "This is for owners and fleet admins.");
    public static readonly ProblemKind NoMemberships = new("no_tenant_memberships", 403, "You are not a member of any organisation.");
    public static readonly ProblemKind NotAMember = new("not_a_member_of_this_tenant", 403, "You are not a member of that organisation.");
    public static readonly ProblemKind NotFound = new("not_found", 404, "There is nothing at this address.");
    public static readonly ProblemKind AssetNotFound = new("asset_not_found", 404, "There is no such asset.");
    public static readonly ProblemKind TargetNotFound = new("target_not_found", 404, "There is no such person, place or asset to lend to.");
    public static readonly ProblemKind AssignmentNotFound = new("assignment_not_found", 404, "There is no such custody.");
    public static readonly ProblemKind ReadingNotFound = new("reading_not_found", 404, "There is no such reading of this asset.");
    public static readonly ProblemKind CatalogueItemNotFound = new("catalogue_item_not_found", 404, "There is no such entry in the catalogue.");
    public static readonly ProblemKind SavedViewNotFound = new("saved_view_not_found", 404, "There is no such view.");
    public static readonly ProblemKind LabelNotFound = new("label_not_found", 404, "This label leads nowhere.");
    public static readonly ProblemKind SessionNotFound = new("session_not_found", 404, "There is no such session.");
    public static readonly ProblemKind BulkRunNotFound = new("bulk_run_not_found", 404, "There is no such change of many assets.");
    public static readonly ProblemKind NoticeNotFound = new("notice_not_found", 404, "There is no such notification.");
    public static readonly ProblemKind SuppressionNotFound = new("suppression_not_found", 404, "There is no such address without mail.");
    public static readonly ProblemKind MethodNotAllowed = new("method_not_allowed", 405, "This address does not take that method.");
    public static readonly ProblemKind NotAcceptable = new("not_acceptable", 406, "None of the accepted content types can be produced.");
    public static readonly ProblemKind RequestTimeout = new("request_timeout", 408, "The body arrived too slowly.");
    public static readonly ProblemKind ConcurrencyConflict = new("concurrency_conflict", 409, "Somebody else changed this at the same time.");
    public static readonly ProblemKind AssetTagTaken = new("asset_tag_taken", 409, "Another asset has that tag.");
    public static readonly ProblemKind AssetSerialTaken = new("asset_serial_taken", 409, "Another asset has that serial number.");
    public static readonly ProblemKind StatusLabelMismatch = new("status_label_mismatch", 409, "The label belongs to another state.");
    public static readonly ProblemKind AssetNotAvailable = new("asset_not_available", 409, "The state of the asset does not allow this.");
    public static readonly ProblemKind AssetInCustody = new("asset_in_custody", 409, "Somebody has the asset.");
    public static readonly ProblemKind NotInCustody = new("not_in_custody", 409, "Nobody has the asset.");
    public static readonly ProblemKind AssetNotInMaintenance = new("asset_not_in_maintenance", 409, "The asset is not in maintenance.");
    public static readonly ProblemKind AssetNotArchived = new("asset_not_archived", 409, "The asset is not archived.");
    public static readonly ProblemKind UseReturnToService = new("use_return_to_service", 409, "An asset leaves maintenance by its return to service.");
    public static readonly ProblemKind AlreadyAccepted = new("already_accepted", 409, "The holder has accepted already.");
    public static readonly ProblemKind AlreadyDeclined = new("already_declined", 409, "The holder has declined already.");
    public static readonly ProblemKind MeterUnitMismatch = new("meter_unit_mismatch", 409, "The meter of the asset counts in another unit.");
    public static readonly ProblemKind ReadingVoided = new("reading_voided", 409, "The reading was corrected already.");
    public static readonly ProblemKind BulkRunEnded = new("bulk_run_ended", 409, "The run has ended already.");
    public static readonly ProblemKind BulkRunNotEnded = new("bulk_run_not_ended", 409, "The run has not ended yet.");
    public static readonly ProblemKind BulkRunUndone = new("bulk_run_not_undoable", 409, "The run changed nothing, takes another back, or was taken back already.");
    public static readonly ProblemKind OtherTenant = new("other_tenant", 409, "This belongs to another of your organisations.");
    public static readonly ProblemKind AlreadySetUp = new("already_set_up", 409, "This installation is set up already.");
    public static readonly ProblemKind SlugTaken = new("slug_taken", 409, "Another organisation has that short name.");
    public static readonly ProblemKind EmailTaken = new("email_taken", 409, "Another account has that e-mail.");
    public static readonly ProblemKind NameTaken = new("name_taken", 409, "There is one with that name already.");
    public static readonly ProblemKind InUse = new("in_use", 409, "Others refer to it.");
    public static readonly ProblemKind SerialsRepeat = new("serials_repeat", 409, "Assets share a serial number already.");
    public static readonly ProblemKind IdempotencyKeyReuse = new("idempotency_key_reuse", 409, "That Idempotency-Key was used for another request.");
    public static readonly ProblemKind LinkUsedOrExpired = new("link_used_or_expired", 410, "The link was used or has expired.");
    public static readonly ProblemKind VersionMismatch = new("version_mismatch", 412, "Somebody changed this since you read it.");
    public static readonly ProblemKind BodyTooLarge = new("body_too_large", 413, "The body is too large.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported_media_type", 415, "The body must be application/json.");
    public static readonly ProblemKind ImportNotFound = new("import_not_found", 404, "There is no such import.");
    public static readonly ProblemKind ImportStateWrong = new("import_state", 409, "The import is in another state.");
    public static readonly ProblemKind ImportKindLater = new("import_kind_not_available", 422, "Files of this kind cannot be imported yet.");
    public static readonly ProblemKind FileNotText = new("file_not_text", 422, "The file is not a table of text.");
    public static readonly ProblemKind FileEmpty = new("file_empty", 422, "The file is empty.");
    public static readonly ProblemKind FileWithoutRows = new("file_without_rows", 422, "The file has a header row and no row below it.");
    public static readonly ProblemKind EncodingUnknown = new("encoding_unknown", 422, "The encoding of the file is not known.");
    public static readonly ProblemKind QuoteNotClosed = new("quote_not_closed", 422, "A quotation mark opens a cell and none closes it.");
    public static readonly ProblemKind TooManyColumns = new("too_many_columns", 422, "The file has too many columns.");
    public static readonly ProblemKind ColumnMissing = new("column_missing", 422, "No column holds the asset tag.");
    public static readonly ProblemKind ColumnTwice = new("column_twice", 422, "Two columns mean the same.");
    public static readonly ProblemKind MappingUnknown = new("mapping_unknown", 422, "A column is mapped to what is no field.");
    public static readonly ProblemKind ChoiceMissing = new("choice_missing", 422, "A choice that the file needs is missing.");
    public static readonly ProblemKind PhotoPartRequired = new("photo_part_required", 400, "The form has no file.");
    public static readonly ProblemKind UploadKeyRequired = new("clientUploadKey_required", 400, "The form has no clientUploadKey before its file.");
    public static readonly ProblemKind UploadKeyNotUuid = new("clientUploadKey_must_be_uuid", 400, "The clientUploadKey is no UUID.");
    public static readonly ProblemKind EmptyPhoto = new("empty_photo", 400, "The file is empty.");
    public static readonly ProblemKind PhotoTooLargePixels = new("photo_too_large_pixels", 400, "The photo has more pixels than are accepted.");
    public static readonly ProblemKind PhotoProcessingFailed = new("photo_processing_failed", 400, "The photo is damaged and cannot be read.");
    public static readonly ProblemKind FeatureDisabled = new("feature_disabled", 404, "This is not switched on for your organisation.");
    public static readonly ProblemKind InspectionTemplateNotFound = new("inspection_template_not_found", 404, "There is no such checklist.");
    public static readonly ProblemKind TemplateVersionNotFound = new("template_version_not_found", 404, "The checklist had no such version.");
    public static readonly ProblemKind CategoryNotFound = new("category_not_found", 404, "There is no such category.");
    public static readonly ProblemKind InspectionTemplateArchived = new("inspection_template_archived", 409, "The checklist is archived.");
    public static readonly ProblemKind ItemsTooFew = new("items_min_1", 400, "A checklist has at least one item.");
    public static readonly ProblemKind ItemsTooMany = new("items_max_50", 400, "A checklist has at most 50 items.");
    public static readonly ProblemKind BoundsOfNumbers = new("numeric_bounds_only_for_NUMBER", 400, "Only a number has bounds.");
    public static readonly ProblemKind BoundsOrdered = new("minValue_must_be_le_maxValue", 400, "The lower bound is above the upper one.");
    public static readonly ProblemKind ScopeExclusive = new("category_scope_must_be_kind_xor_id", 400, "A checklist is for a kind of categories or for one category, and not both.");
    public static readonly ProblemKind TemplateTooLarge = new("template_too_large", 400, "All texts of the checklist together are too long.");
    public static readonly ProblemKind InspectionNotFound = new("inspection_not_found", 404, "There is no such inspection.");
    public static readonly ProblemKind ReservationNotFound = new("reservation_not_found", 404, "There is no such booking.");
    public static readonly ProblemKind TemplateNotFound = new("template_not_found", 404, "There is no such checklist to go through.");
    public static readonly ProblemKind NoTemplateForAsset = new("no_template_for_asset", 404, "There is no checklist for this asset.");
    public static readonly ProblemKind TemplateArchived = new("template_archived", 409, "The checklist is archived and is not begun any more.");
    public static readonly ProblemKind TemplateNotApplicable = new("template_not_applicable_to_asset", 400, "The checklist is not for this asset.");
    public static readonly ProblemKind AdminRoleRequiredForTenantScope = new("admin_role_required_for_tenant_scope", 403, "Only the desk sees everybody's inspections.");
    public static readonly ProblemKind InspectionNotInProgress = new("inspection_not_in_progress", 409, "The inspection has ended.");
    public static readonly ProblemKind InspectionAlreadyCompleted = new("inspection_already_completed", 409, "The inspection is completed and cannot be given up.");
    public static readonly ProblemKind InspectionNotCompleted = new("inspection_not_completed", 409, "The inspection is not completed yet.");
    public static readonly ProblemKind InspectionAlreadyReviewed = new("inspection_already_reviewed", 409, "Somebody has reviewed the inspection.");
    public static readonly ProblemKind InspectionNotYetReviewed = new("inspection_not_yet_reviewed", 409, "Nobody has reviewed the inspection yet.");
    public static readonly ProblemKind ItemNotInSnapshot = new("snapshot_item_id_not_in_snapshot", 400, "The inspection does not ask that.");
    public static readonly ProblemKind ResponseMissingBoolean = new("response_missing_booleanValue", 400, "The item takes yes or no.");
    public static readonly ProblemKind ResponseMissingText = new("response_missing_textValue", 400, "The item takes a text.");
    public static readonly ProblemKind ResponseMissingNumber = new("response_missing_numberValue", 400, "The item takes a number.");
    public static readonly ProblemKind ResponseBelowMin = new("response_below_min", 400, "The number is below what the item takes.");
    public static readonly ProblemKind ResponseAboveMax = new("response_above_max", 400, "The number is above what the item takes.");
    public static readonly ProblemKind ResponseMultiple = new("response_multiple_values", 400, "An item has one answer.");
    public static readonly ProblemKind RequiredItemsMissing = new("required_items_missing", 400, "Items that are needed have no answer or no photo.");
    public static readonly ProblemKind PhotoNotFound = new("photo_not_found", 404, "There is no such photo.");
    public static readonly ProblemKind OutcomeBetterThanFound = new("outcome_better_than_found", 400, "The outcome is better than what was found.");
    public static readonly ProblemKind DefectNotFound = new("defect_not_found", 404, "There is no such defect.");
    public static readonly ProblemKind DefectAlreadyResolved = new("defect_already_resolved", 409, "Somebody has certified the defect already.");
    public static readonly ProblemKind ResponseNotInInspection = new("response_not_in_inspection", 400, "The answer belongs to another inspection.");
    public static readonly ProblemKind InspectionPhotoCapReached = new("inspection_photo_cap_reached", 409, "The inspection has as many photos as it may have.");
    public static readonly ProblemKind SignatureRequired = new("signature_required", 400, "The organisation needs a signature under each completed inspection.");
    public static readonly ProblemKind SignatureInvalid = new("signature_invalid", 400, "What was drawn is no signature.");
    public static readonly ProblemKind SignatureNotFound = new("signature_not_found", 404, "There is no such signature, or no drawing of it.");
    public static readonly ProblemKind DocumentNotFound = new("document_not_found", 404, "There is no such document.");
    public static readonly ProblemKind AssetPhotoCapReached = new("asset_photo_cap_reached", 409, "The asset has as many photos as it may have.");
    public static readonly ProblemKind AssetDocumentCapReached = new("asset_document_cap_reached", 409, "The asset has as many documents as it may have.");
    public static readonly ProblemKind UploadKeyCollision = new("upload_key_collision", 409, "That clientUploadKey was used for another file.");
    public static readonly ProblemKind UploadReplayRace = new("upload_replay_race", 409, "What was uploaded under that key was deleted since.");
    public static readonly ProblemKind LegalHold = new("legal_hold", 409, "It is kept as evidence and cannot be deleted.");
    public static readonly ProblemKind PhotoTooLarge = new("photo_too_large", 413, "The file is larger than is accepted.");
    public static readonly ProblemKind PhotoNeedsMemory = new("photo_needs_too_much_memory", 413, "Reading the photo takes more memory than this server has for it.");
    public static readonly ProblemKind RangeNotSatisfiable = new("range_not_satisfiable", 416, "The range begins behind the end of the file.");
    public static readonly ProblemKind PhotoPipelineBusy = new("photo_pipeline_busy", 503, "Too many photos are being read at this moment.");
    public static readonly ProblemKind RateLimiterUnavailable = new("rate_limiter_unavailable", 503, "Uploads cannot be counted at this moment.");
    public static readonly ProblemKind StorageWriteFailed = new("storage_write_failed", 503, "The file cannot be stored at this moment.");
    public static readonly ProblemKind StorageReadFailed = new("storage_read_failed", 503, "The file cannot be read at this moment.");
    public static readonly ProblemKind StoragePresignFailed = new("storage_presign_failed", 503, "No link to the file can be made at this moment.");
    public static readonly ProblemKind VersionRequired = new("version_required", 428, "Say in If-Match which version the change was made from.");
    public static readonly ProblemKind RateLimited = new("rate_limited", 429, "Too many requests.");
    public static readonly ProblemKind ServerError = new("server_error", 500, "Something went wrong on our side.");
    public static readonly ProblemKind TryAgain = new("try_again", 503, "The server is busy: try again.");
    public static readonly ProblemKind DatabaseUnavailable = new("database_unavailable", 503, "The database cannot be reached.");

    public static readonly ProblemKind StorageFull = new("storage_full", 507, "The database takes no more data.");

    private static readonly TimeSpan UnavailableFor = TimeSpan.FromSeconds(1);

    /// <summary>All of them, for the documentation and its test.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        MalformedBody, InvalidBody, InvalidQuery, PasswordTooShort, PasswordTooLong, PasswordBreached, PasswordNotText, CustomFieldInvalid, AssetArchived,
        ExpectedCheckinInPast, MileageNotMonotonic, IdempotencyKeyInvalid, AuthenticationRequired, InvalidCredentials, Forbidden, CrossSite,
        AdminRoleRequired, OwnerRoleRequired, TenantMismatch, NoMemberships, NotAMember, NotFound, AssetNotFound, TargetNotFound, AssignmentNotFound, ReadingNotFound, CatalogueItemNotFound,
        SavedViewNotFound, LabelNotFound, SessionNotFound, NoticeNotFound, SuppressionNotFound,
        MethodNotAllowed, NotAcceptable, RequestTimeout, ConcurrencyConflict, AssetTagTaken, AssetSerialTaken, StatusLabelMismatch, AssetNotAvailable,
        AssetInCustody, NotInCustody, AssetNotInMaintenance, AssetNotArchived, UseReturnToService, AlreadyAccepted, AlreadyDeclined, MeterUnitMismatch,
        ReadingVoided, OtherTenant, AlreadySetUp, SlugTaken, EmailTaken, NameTaken, InUse, SerialsRepeat,
        IdempotencyKeyReuse, LinkUsedOrExpired, VersionMismatch, BodyTooLarge, UnsupportedMediaType,
        NothingSelected, TooManySelected, BulkRunNotFound, BulkRunEnded, BulkRunNotEnded, BulkRunUndone,
        ImportNotFound, ImportStateWrong, ImportKindLater, FileNotText, FileEmpty, FileWithoutRows, EncodingUnknown, QuoteNotClosed, TooManyColumns,
        ColumnMissing, ColumnTwice, MappingUnknown, ChoiceMissing, VersionRequired, RateLimited, ServerError, TryAgain, DatabaseUnavailable, StorageFull,
        FeatureDisabled, InspectionTemplateNotFound, TemplateVersionNotFound, CategoryNotFound, InspectionTemplateArchived, ItemsTooFew, ItemsTooMany,
        BoundsOfNumbers, BoundsOrdered, ScopeExclusive, TemplateTooLarge,
        InspectionNotFound, ReservationNotFound, TemplateNotFound, NoTemplateForAsset, TemplateArchived, TemplateNotApplicable, AdminRoleRequiredForTenantScope, InspectionNotInProgress,
        InspectionAlreadyCompleted, InspectionNotCompleted, InspectionAlreadyReviewed, InspectionNotYetReviewed, ItemNotInSnapshot, ResponseMissingBoolean,
        ResponseMissingText, ResponseMissingNumber, ResponseBelowMin, ResponseAboveMax, ResponseMultiple, RequiredItemsMissing,
        PhotoPartRequired, UploadKeyRequired, UploadKeyNotUuid, EmptyPhoto, PhotoTooLargePixels, PhotoProcessingFailed, PhotoNotFound,
        OutcomeBetterThanFound, DefectNotFound, DefectAlreadyResolved, ResponseNotInInspection, InspectionPhotoCapReached,
        SignatureRequired, SignatureInvalid, SignatureNotFound,
        DocumentNotFound, AssetPhotoCapReached, AssetDocumentCapReached, UploadKeyCollision, UploadReplayRace, LegalHold, PhotoTooLarge,
        PhotoNeedsMemory, RangeNotSatisfiable, PhotoPipelineBusy, RateLimiterUnavailable, StorageWriteFailed, StorageReadFailed, StoragePresignFailed,
    ];

    /// <summary>The result a handler returns.</summary>
    /// <param name="kind">Which refusal.</param>
    /// <param name="args">Its numbers and names by wire name, or null.</param>
    public static ProblemHttpResult Of(ProblemKind kind, IReadOnlyDictionary<string, object?>? args = null) => TypedResults.Problem(Details(kind, args));

    /// <summary>A refusal whose <c>message</c> is the code and what it is about: <c>response_below_min:0192…</c>.</summary>
    public static ProblemHttpResult About(ProblemKind kind, string subject, IReadOnlyDictionary<string, object?> args)
    {
        var details = Details(kind, args);
        details.Extensions["message"] = $"{kind.Code}:{subject}";
        return TypedResults.Problem(details);
    }

    public static ProblemHttpResult Query(string name) => Of(InvalidQuery, Args(("name", name)));

    /// <summary>400 `invalid_body` that names members by their name on the wire.</summary>
    public static ProblemHttpResult Members(params (string Member, FieldError Error)[] errors) => Members(
        errors.GroupBy(e => e.Member, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Error.Text).ToArray(), StringComparer.Ordinal));

    /// <summary>400 `invalid_body` with texts by member; the codes are added.</summary>
    public static ProblemHttpResult Members(Dictionary<string, string[]> errors)
    {
        var details = Details(InvalidBody);
        details.Extensions["errors"] = errors;
        details.Extensions["errorCodes"] = FieldError.CodesOf(errors);
        return TypedResults.Problem(details);
    }

    /// <summary>429 with the hint in the header, in <c>args</c> and at the top.</summary>
    public static ProblemHttpResult TooMany(HttpContext context, string scope, TimeSpan retryAfter)
    {
        AccessMetrics.LimitRefused(scope);
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var details = Details(RateLimited, Args(("scope", scope), ("retryAfterSeconds", seconds)));
        details.Extensions["scope"] = scope;
        details.Extensions["retryAfterSeconds"] = seconds;
        return TypedResults.Problem(details);
    }

    /// <summary>503 with <c>Retry-After: 1</c>.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, ProblemKind kind)
    {
        context.Response.Headers.RetryAfter = UnavailableFor.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Of(kind);
    }

    public static IReadOnlyDictionary<string, object?> Args(params (string Name, object? Value)[] values) => values.ToDictionary(v => v.Name, v => v.Value);

    public static ProblemDetails Details(ProblemKind kind, IReadOnlyDictionary<string, object?>? args = null)
    {
        var details = new ProblemDetails();
        Fill(details, kind);
        if (args is not null)
        {
            details.Extensions["args"] = args;
        }

        return details;
    }

    /// <summary>Brings what the framework writes itself (routing, validation, binding) into the same shape.</summary>
    public static void Customize(ProblemDetailsContext context)
    {
        var details = context.ProblemDetails;
        if (details is HttpValidationProblemDetails validation)
        {
            Fill(details, InvalidBody);
            validation.Errors = validation.Errors.ToDictionary(e => WireName(e.Key), e => e.Value, StringComparer.Ordinal);
            validation.Extensions["errorCodes"] = FieldError.CodesOf(validation.Errors);
        }
        else if (!details.Extensions.ContainsKey("code"))
        {
            var status = details.Status ?? context.HttpContext.Response.StatusCode;
            Fill(details, All.FirstOrDefault(k => k.Status == status && IsGeneral(k)) ?? (status < 500 ? InvalidQuery with { Status = status } : ServerError));
        }

        details.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        details.Detail = null;
        details.Instance = null;
    }

    /// <summary>Writes a problem from a middleware.</summary>
    public static Task WriteAsync(HttpContext context, ProblemHttpResult problem) => problem.ExecuteAsync(context);

    private static void Fill(ProblemDetails details, ProblemKind kind)
    {
        details.Type = $"urn:panorama:problem:{kind.Code}";
        details.Title = kind.Title;
        details.Status = kind.Status;
        details.Extensions["code"] = kind.Code;
        details.Extensions["message"] = kind.Code;
        details.Extensions["traceId"] = Activity.Current?.TraceId.ToString();
    }

    private static bool IsGeneral(ProblemKind kind) => kind == AuthenticationRequired || kind == Forbidden || kind == NotFound || kind == MethodNotAllowed
        || kind == NotAcceptable || kind == RequestTimeout || kind == BodyTooLarge || kind == UnsupportedMediaType || kind == RateLimited
        || kind == TryAgain || kind == ServerError;

    // Email, Rows[0].StartAt -> email, rows[0].startAt
    private static string WireName(string key) => string.Join('.', key.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
