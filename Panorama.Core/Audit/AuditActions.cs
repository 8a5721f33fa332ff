namespace Panorama.Core.Audit;

/// <summary>Every audit action this version writes, in code or in a database function. A name is never renamed or reused.</summary>
public static class AuditActions
{
    public const string PasswordLogin = "panorama.auth.password_login";
    public const string PasswordRefused = "panorama.auth.password_refused";
    public const string PasswordChanged = "panorama.auth.password_changed";
    public const string IdentityLinked = "panorama.auth.identity_linked";
    public const string Logout = "panorama.auth.logout";
    public const string TenantSwitched = "panorama.auth.tenant_switched";
    public const string SessionRevoked = "panorama.auth.session_revoked";

    public const string TokenRejected = "panorama.pat.rejected";
    public const string TokenResurrected = "panorama.pat.resurrected";

    public const string TenantCreated = "panorama.tenant.created";
    public const string TenantFeatureChanged = "panorama.tenant.feature_changed";
    public const string TenantMemberAdded = "panorama.tenant.member_added";
    public const string TenantOwnerPromoted = "panorama.tenant.owner_promoted";
    public const string TenantOwnerDemoted = "panorama.tenant.owner_demoted";
    public const string TenantMembershipActive = "panorama.tenant.membership_active";
    public const string TenantMembershipUpdated = "panorama.tenant.membership_updated";
    public const string TenantSettingsUpdated = "panorama.tenant.settings_updated";

    public const string CatalogueCreated = "panorama.catalogue.created";
    public const string CatalogueUpdated = "panorama.catalogue.updated";
    public const string CatalogueArchived = "panorama.catalogue.archived";
    public const string CatalogueRestored = "panorama.catalogue.restored";
    public const string CatalogueDeleted = "panorama.catalogue.deleted";

    public const string AssetCreated = "panorama.asset.created";
    public const string AssetUpdated = "panorama.asset.updated";
    public const string AssetArchived = "panorama.asset.archived";
    public const string AssetRestored = "panorama.asset.restored";
    public const string AssetRetired = "panorama.asset.retired";
    public const string AssetStatusChanged = "panorama.asset.status_changed";
    public const string AssetReturnedToService = "panorama.asset.returned_to_service";
    public const string AssetCheckedOut = "panorama.asset.checked_out";
    public const string AssetCheckedIn = "panorama.asset.checked_in";
    public const string AssetAccepted = "panorama.asset.accepted";
    public const string AssetDeclined = "panorama.asset.declined";
    public const string AssetCheckinRequested = "panorama.asset.checkin_requested";
    public const string AssetMeterRead = "panorama.asset.meter_read";
    public const string AssetMeterCorrected = "panorama.asset.meter_corrected";
    public const string BulkStarted = "panorama.bulk.started";
    public const string BulkFinished = "panorama.bulk.finished";
    public const string AssetsExported = "panorama.assets.exported";
    public const string ImportStarted = "panorama.import.started";
    public const string AssetLabelRotated = "panorama.asset.label_rotated";
    public const string AssetLabelPrinted = "panorama.asset.label_printed";
    public const string PhotoUploaded = "panorama.photo.uploaded";
    public const string PhotoCaptioned = "panorama.photo.captioned";
    public const string PhotoDeleted = "panorama.photo.deleted";
    public const string PhotoRestored = "panorama.photo.restored";
    public const string PhotoViewed = "panorama.photo.viewed";
    public const string PhotoHardDeleted = "panorama.photo.hard_deleted";
    public const string PhotoRejected = "panorama.photo.rejected";
    public const string PhotoProcessingFailed = "panorama.photo.processing_failed";
    public const string DocumentUploaded = "panorama.document.uploaded";
    public const string DocumentDeleted = "panorama.document.deleted";
    public const string DocumentRestored = "panorama.document.restored";
    public const string DocumentDownloaded = "panorama.document.downloaded";
    public const string DocumentHardDeleted = "panorama.document.hard_deleted";
    public const string DocumentRejected = "panorama.document.rejected";
    public const string InspectionTemplateCreated = "panorama.inspection.template.created";
    public const string InspectionTemplateUpdated = "panorama.inspection.template.updated";
    public const string InspectionTemplateArchived = "panorama.inspection.template.archived";
    public const string InspectionTemplateRestored = "panorama.inspection.template.restored";
    public const string InspectionStarted = "panorama.inspection.started";
    public const string InspectionResumed = "panorama.inspection.resumed";
    public const string InspectionResponded = "panorama.inspection.responded";
    public const string InspectionCompleted = "panorama.inspection.completed";
    public const string InspectionCancelled = "panorama.inspection.cancelled";
    public const string InspectionAutoCancelled = "panorama.inspection.auto_cancelled";
    public const string InspectionReviewed = "panorama.inspection.reviewed";
    public const string InspectionReviewNoteUpdated = "panorama.inspection.review_note_updated";
    public const string InspectionsExported = "panorama.inspections.exported";
    public const string DefectOpened = "panorama.inspection.defect_opened";
    public const string DefectSeenAgain = "panorama.inspection.defect_seen_again";
    public const string DefectCertified = "panorama.inspection.defect_certified";
    public const string DefectsAcknowledged = "panorama.inspection.defects_acknowledged";
    public const string InspectionPhotoUploaded = "panorama.inspection.photo.uploaded";
    public const string InspectionPhotoDeleted = "panorama.inspection.photo.deleted";
    public const string InspectionPhotoMarked = "panorama.inspection.photo.marked";
    public const string InspectionPhotoViewed = "panorama.inspection.photo.viewed";
    public const string InspectionPhotoRejected = "panorama.inspection.photo.rejected";
    public const string InspectionPhotoProcessingFailed = "panorama.inspection.photo.processing_failed";
    public const string InspectionPhotoHardDeleted = "panorama.inspection.photo.hard_deleted";
    public const string LegalHoldSet = "panorama.legal_hold.set";
    public const string LegalHoldReleased = "panorama.legal_hold.released";
    public const string ImportCompleted = "panorama.import.completed";

    public const string MailSuppressionReleased = "panorama.mail.suppression_released";
    public const string NotificationStatusTampered = "panorama.notification.status_tampered";
    public const string NotificationDead = "panorama.notification.dead";
    public const string NotificationRescued = "panorama.notification.rescued";
    public const string NotificationRequeued = "panorama.notification.requeued";
    public const string NotificationDiscarded = "panorama.notification.discarded";
    public const string NotificationPruned = "panorama.notification.pruned";
    public const string NotificationBreakerOpened = "panorama.notification.channel_breaker_opened";
    public const string NotificationBreakerClosed = "panorama.notification.channel_breaker_closed";

    public const string SettingRiskAccepted = "panorama.setting.risk_accepted";
    public const string ObjectStorageConfigured = "panorama.boot.object_storage_configured";

    public const string BootStarted = "panorama.boot.started";
    public const string BootStopped = "panorama.boot.stopped";
    public const string BootPoolConfigured = "panorama.boot.db_pool_configured";

    public const string AuditVerified = "panorama.audit.verified";
    public const string AuditPruned = "panorama.audit.pruned";
    public const string AuditPersonalErased = "panorama.audit.personal_erased";

    /// <summary>An operator ran a verb of the command line that changed something.</summary>
    public const string CliInvoked = "panorama.privileged.cli_invoked";

    public static IReadOnlyList<AuditAction> All { get; } =
    [
        new(PasswordLogin, "session"),
        new(PasswordRefused, "auth_identity", IsClusterWide: true),
        new(PasswordChanged, "auth_identity"),
        new(IdentityLinked, "auth_identity"),
        new(Logout, "session"),
        new(TenantSwitched, "session"),
        new(SessionRevoked, "session"),

        new(TokenRejected, "auth_identity", IsClusterWide: true),
        new(TokenResurrected, "personal_access_token"),

        new(TenantCreated, "tenant"),
        new(TenantFeatureChanged, "tenant"),
        new(TenantMemberAdded, "tenant_membership"),
        new(TenantOwnerPromoted, "tenant_membership"),
        new(TenantOwnerDemoted, "tenant_membership"),
        new(TenantMembershipActive, "tenant_membership"),
        new(TenantMembershipUpdated, "tenant_membership"),
        new(TenantSettingsUpdated, "tenant"),

        new(CatalogueCreated, "catalogue"),
        new(CatalogueUpdated, "catalogue"),
        new(CatalogueArchived, "catalogue"),
        new(CatalogueRestored, "catalogue"),
        new(CatalogueDeleted, "catalogue"),

        new(AssetCreated, "asset"),
        new(AssetUpdated, "asset"),
        new(AssetArchived, "asset"),
        new(AssetRestored, "asset"),
        new(AssetRetired, "asset"),
        new(AssetStatusChanged, "asset"),
        new(AssetReturnedToService, "asset"),
        new(AssetCheckedOut, "asset"),
        new(AssetCheckedIn, "asset"),
        new(AssetAccepted, "asset"),
        new(AssetDeclined, "asset"),
        new(AssetCheckinRequested, "asset"),
        new(AssetMeterRead, "asset"),
        new(AssetMeterCorrected, "asset"),
        new(BulkStarted, "bulk_run"),
        new(BulkFinished, "bulk_run"),
        new(AssetsExported, "export"),
        new(ImportStarted, "import"),
        new(AssetLabelRotated, "asset"),
        new(AssetLabelPrinted, "asset"),
        new(ImportCompleted, "import"),

        // In the history of what they show; who looked is not part of it.
        new(PhotoUploaded, "asset"),
        new(PhotoCaptioned, "asset"),
        new(PhotoDeleted, "asset"),
        new(PhotoRestored, "asset"),
        new(PhotoHardDeleted, "asset"),
        new(PhotoViewed, "photo"),
        new(PhotoRejected, "photo"),
        new(PhotoProcessingFailed, "photo"),
        new(DocumentUploaded, "asset"),
        new(DocumentDeleted, "asset"),
        new(DocumentRestored, "asset"),
        new(DocumentHardDeleted, "asset"),
        new(DocumentDownloaded, "document"),
        new(DocumentRejected, "document"),
        new(InspectionTemplateCreated, "inspection_template"),
        new(InspectionTemplateUpdated, "inspection_template"),
        new(InspectionTemplateArchived, "inspection_template"),
        new(InspectionTemplateRestored, "inspection_template"),
        new(InspectionStarted, "inspection"),
        new(InspectionResumed, "inspection"),
        new(InspectionResponded, "inspection"),
        new(InspectionCompleted, "inspection"),
        new(InspectionCancelled, "inspection"),
        new(InspectionAutoCancelled, "inspection"),
        new(InspectionReviewed, "inspection"),
        new(InspectionReviewNoteUpdated, "inspection"),
        new(InspectionsExported, "export"),
        new(DefectOpened, "asset"), // in the history of what they are found at
        new(DefectSeenAgain, "asset"),
        new(DefectCertified, "asset"),
        new(DefectsAcknowledged, "inspection"),
        new(InspectionPhotoUploaded, "inspection_photo"),
        new(InspectionPhotoDeleted, "inspection_photo"),
        new(InspectionPhotoMarked, "inspection_photo"),
        new(InspectionPhotoViewed, "inspection_photo"),
        new(InspectionPhotoRejected, "inspection"),
        new(InspectionPhotoProcessingFailed, "inspection"),
        new(InspectionPhotoHardDeleted, "inspection_photo"),
        new(LegalHoldSet, "asset"),
        new(LegalHoldReleased, "asset"),

        new(MailSuppressionReleased, "mail_suppression"),
        new(NotificationStatusTampered, "notification_event"),
        new(NotificationDead, "notification_event"),
        new(NotificationRescued, "notification_event"),
        new(NotificationRequeued, "notification_delivery"),
        new(NotificationDiscarded, "notification_delivery"),
        new(NotificationPruned, "notification_event"),
        new(NotificationBreakerOpened, "notification_channel"),
        new(NotificationBreakerClosed, "notification_channel"),

        new(SettingRiskAccepted, "setting"),
        new(ObjectStorageConfigured, "object_storage", IsClusterWide: true),

        new(BootStarted, "process", IsClusterWide: true),
        new(BootStopped, "process", IsClusterWide: true),
        new(BootPoolConfigured, "connection", IsClusterWide: true),

        new(AuditVerified, "audit_chain"),
        new(AuditPruned, "audit_chain"),
        new(AuditPersonalErased, "audit_chain"),

        new(CliInvoked, "cli"),
    ];
}
