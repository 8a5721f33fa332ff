using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Api.Settings;
using Panorama.Api.Tenancy;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Identity;

/// <summary>Who is signed in.</summary>
/// <param name="Email">Lower case.</param>
/// <param name="CurrentTenantId">Null while there is no membership.</param>
/// <param name="Memberships">Active ones, oldest first.</param>
/// <param name="TimeZone">IANA name: the person's own, else the tenant's.</param>
/// <param name="Locale">`en`, `pt-br` or `es`: the person's own, else the tenant's.</param>
public sealed record MeResponse(
    Guid UserId, string? Email, string DisplayName, Guid? CurrentTenantId, Role? CurrentRole, bool IsVip, IReadOnlyList<MeMembership> Memberships,
    string Provider, string? TimeZone, string? Locale, MeFeatures Features);

/// <summary>An organisation the person belongs to.</summary>
public sealed record MeMembership(Guid TenantId, string TenantSlug, string TenantDisplayName, string TenantLocale, Role Role, bool IsVip);

/// <summary>What is switched on for the current tenant.</summary>
public sealed record MeFeatures(bool Inspections, bool Maintenance);

internal sealed class MeReader(TenantSession session, AuthDatabase auth, IOptions<FeatureOptions> features)
{
    /// <summary>Null when the session ended meanwhile.</summary>
    public async Task<MeResponse?> ReadAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        if (!session.IsOpen && await session.OpenAsync(tokenHash, cancellationToken) is null)
        {
            return null;
        }

        var inspections = features.Value.Inspections && session.Actor?.TenantId is not null && await IsOnAsync(TenantFeature.Inspections, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return await auth.ReadProfileAsync(tokenHash, cancellationToken) is { } profile
            ? From(profile, new MeFeatures(inspections, features.Value.Maintenance))
            : null;
    }

    private async Task<bool> IsOnAsync(string feature, CancellationToken cancellationToken)
    {
        await using var command = session.Connection.CreateCommand();
        command.CommandText = "select exists (select from tenant_features where feature = $1 and enabled)";
        command.Parameters.Add(new NpgsqlParameter { Value = feature });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static MeResponse From(Profile profile, MeFeatures features)
    {
        var current = profile.Memberships.Find(m => m.TenantId == profile.TenantId);
        return new MeResponse(
            profile.UserId, profile.Email, profile.DisplayName, profile.TenantId, profile.Role, profile.IsVip,
            [.. profile.Memberships.Select(m => new MeMembership(m.TenantId, m.Slug, m.DisplayName, m.Locale, m.Role, m.IsVip))],
            profile.Provider, profile.TimeZone ?? current?.TimeZone, profile.Locale ?? current?.Locale, features);
    }
}
