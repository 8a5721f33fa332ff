using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Settings;

namespace Panorama.Api.Tenancy;

/// <summary>On routes of a feature that the installation offers and each organisation switches.</summary>
internal sealed record FeatureNeeded(string Name);

internal static class FeatureGate
{
    /// <summary>404 <c>feature_disabled</c> to every member while the feature is off for their organisation or here, before a body is looked at.</summary>
    public static RouteGroupBuilder NeedsFeature(this RouteGroupBuilder group, string name) => group.WithMetadata(new FeatureNeeded(name)).Fails(Problems.FeatureDisabled);

    /// <summary>The organisation's switch was read as its session was opened: a change is seen at once.</summary>
    public static bool IsClosed(HttpContext context, TenantSession session) => context.GetEndpoint()?.Metadata.GetMetadata<FeatureNeeded>() is { } needed
        && !(session.HasFeature && context.RequestServices.GetRequiredService<IOptions<FeatureOptions>>().Value.Offers(needed.Name));
}
