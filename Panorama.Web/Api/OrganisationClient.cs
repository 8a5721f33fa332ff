namespace Panorama.Web.Api;

internal sealed record OrganisationSettings(
    string Name, string DisplayName, string Locale, string Timezone, string Units, string? Currency, string? AssetNumberPrefix, int NextAssetNumber,
    int AssetNumberDigits, bool UniqueSerials, int? PhotoRetentionDays, int Version);

internal sealed record OrganisationChange(
    string Name, string DisplayName, string Locale, string Timezone, string Units, string? Currency, string? AssetNumberPrefix, int? NextAssetNumber,
    int AssetNumberDigits, bool UniqueSerials, int? PhotoRetentionDays);

internal sealed record InspectionSettings(
    int MaxPhotosPerInspection, int MaxPhotoBytes, int MaxPhotoDimension, int StaleInProgressHours, int PreCheckoutInspectionMaxAgeMinutes, bool RequireSignature,
    int? InspectionPhotoRetentionDays, int Version);

internal sealed record InspectionSettingsChange(
    int MaxPhotosPerInspection, int MaxPhotoBytes, int MaxPhotoDimension, int StaleInProgressHours, int PreCheckoutInspectionMaxAgeMinutes, bool RequireSignature,
    int? InspectionPhotoRetentionDays);

/// <summary>The settings of the current organisation.</summary>
internal sealed class OrganisationClient(ApiClient api)
{
    public Task<ApiResult<OrganisationSettings>> GetAsync(Guid tenant, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/tenants/{tenant}", WebJson.Default.OrganisationSettings, cancellationToken);

    public Task<ApiResult<OrganisationSettings>> ChangeAsync(Guid tenant, OrganisationChange change, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(
            HttpMethod.Patch, $"/api/tenants/{tenant}", change, WebJson.Default.OrganisationChange, WebJson.Default.OrganisationSettings, version, key: null,
            cancellationToken);

    public Task<ApiResult<InspectionSettings>> GetInspectionsAsync(Guid tenant, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/tenants/{tenant}/inspection-settings", WebJson.Default.InspectionSettings, cancellationToken);

    public Task<ApiResult<InspectionSettings>> ChangeInspectionsAsync(Guid tenant, InspectionSettingsChange change, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(
            HttpMethod.Put, $"/api/tenants/{tenant}/inspection-settings", change, WebJson.Default.InspectionSettingsChange, WebJson.Default.InspectionSettings, version, key: null,
            cancellationToken);
}
