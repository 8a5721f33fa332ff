using Panorama.Core.Tenancy;

namespace Panorama.Api.Settings;

/// <summary>Switches of the whole installation; inspections are also switched per tenant.</summary>
internal sealed class FeatureOptions : ICheckedOptions
{
    [ConfigurationKeyName("FEATURE_INSPECTIONS")]
    public string? InspectionsFlag { get; set; }

    [ConfigurationKeyName("FEATURE_MAINTENANCE")]
    public string? MaintenanceFlag { get; set; }

    public bool Inspections => CheckedOptionsRegistration.Flag(InspectionsFlag, otherwise: false) is true;

    public bool Maintenance => CheckedOptionsRegistration.Flag(MaintenanceFlag, otherwise: false) is true;

    /// <summary>Whether the installation offers a feature that organisations switch as well.</summary>
    public bool Offers(string feature) => feature == TenantFeature.Inspections && Inspections;

    public IEnumerable<string> Problems() =>
        CheckedOptionsRegistration.FlagProblem("FEATURE_INSPECTIONS", InspectionsFlag)
            .Concat(CheckedOptionsRegistration.FlagProblem("FEATURE_MAINTENANCE", MaintenanceFlag));
}
