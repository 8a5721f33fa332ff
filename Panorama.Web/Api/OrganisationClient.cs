namespace Panorama.Web.Api;

internal sealed record OrganisationSettings(
    string Name, string DisplayName, string Locale, string Timezone, string Units, string? Currency, string? AssetNumberPrefix, int NextAssetNumber,
    int AssetNumberDigits, bool UniqueSerials, int? PhotoRetentionDays, int Version);

internal sealed record OrganisationChange(
    string Name, string DisplayName, string Locale, string Timezone, string Units, string? Currency, string? AssetNumberPrefix, int? NextAssetNumber,
    int AssetNumberDigits, bool UniqueSerials, int? PhotoRetentionDays);

/// <summary>The settings of the current organisation.</summary>
internal sealed class OrganisationClient(ApiClient api)
{
    public Task<ApiResult<OrganisationSettings>> GetAsync(Guid tenant, CancellationToken cancellationToken) =>
        api.GetAsync($"/api/tenants/{tenant}", WebJson.Default.OrganisationSettings, cancellationToken);

    public Task<ApiResult<OrganisationSettings>> ChangeAsync(Guid tenant, OrganisationChange change, int version, CancellationToken cancellationToken) =>
        api.ChangeAsync(
            HttpMethod.Patch, $"/api/tenants/{tenant}", change, WebJson.Default.OrganisationChange, WebJson.Default.OrganisationSettings, version, key: null,
            cancellationToken);
}
