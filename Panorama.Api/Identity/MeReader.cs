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
    string Provider, string? TimeZone, string? Locale, MeFeatures Features, MeWaiting Waiting);

/// <summary>An organisation the person belongs to.</summary>
public sealed record MeMembership(Guid TenantId, string TenantSlug, string TenantDisplayName, string TenantLocale, Role Role, bool IsVip);

/// <summary>What is switched on for the current tenant.</summary>
public sealed record MeFeatures(bool Inspections, bool Maintenance);

/// <summary>What waits for the person: read with every page, so each is counted up to 100 alone.</summary>
/// <param name="Unread">Notifications not read yet; 101 stands for more than 100.</param>
/// <param name="DeadLetters">Messages that were given up, for an owner; 101 stands for more than 100.</param>
public sealed record MeWaiting(int Unread, int DeadLetters);

internal sealed class MeReader(TenantSession session, AuthDatabase auth, IOptions<FeatureOptions> features)
{
    private const string OfMemberSql =
        """
        select exists (select from tenant_features where feature = $1 and enabled),
               (select count(*)::int from (select 1 from notices n where n.user_id = (select panorama_current_actor()) and n.read_at is null limit 101) n), 0
        """;

    private const string OfOwnerSql =
        """
        select exists (select from tenant_features where feature = $1 and enabled),
               (select count(*)::int from (select 1 from notices n where n.user_id = (select panorama_current_actor()) and n.read_at is null limit 101) n),
               (select count(*)::int from notification_dead_letters(101))
        """;

    /// <summary>Null when the session ended meanwhile.</summary>
    public async Task<MeResponse?> ReadAsync(byte[] tokenHash, CancellationToken cancellationToken)
    {
        if (!session.IsOpen && await session.OpenAsync(tokenHash, cancellationToken) is null)
        {
            return null;
        }

        var (inspections, waiting) = await ReadTenantAsync(cancellationToken);
        return await auth.ReadProfileAsync(tokenHash, cancellationToken) is { } profile
            ? From(profile, new MeFeatures(inspections && features.Value.Inspections, features.Value.Maintenance), waiting)
            : null;
    }

    // One round trip, the end of the transaction included.
    private async Task<(bool Inspections, MeWaiting Waiting)> ReadTenantAsync(CancellationToken cancellationToken)
    {
        if (session.Actor is not { TenantId: not null } actor)
        {
            await session.CommitAsync(cancellationToken);
            return (false, new(0, 0));
        }

        await using var batch = new NpgsqlBatch { BatchCommands = { new(actor.Role == Role.Owner ? OfOwnerSql : OfMemberSql) } };
        batch.BatchCommands[0].Parameters.Add(new() { Value = TenantFeature.Inspections });
        (bool, MeWaiting) found;
        await using (var reader = await session.ReadLastAsync(batch, cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            found = (reader.GetBoolean(0), new(reader.GetInt32(1), reader.GetInt32(2)));
            await reader.NextResultAsync(cancellationToken);
        }

        await session.CommitAsync(cancellationToken);
        return found;
    }

    private static MeResponse From(Profile profile, MeFeatures features, MeWaiting waiting)
    {
        var current = profile.Memberships.Find(m => m.TenantId == profile.TenantId);
        return new MeResponse(
            profile.UserId, profile.Email, profile.DisplayName, profile.TenantId, profile.Role, profile.IsVip,
            [.. profile.Memberships.Select(m => new MeMembership(m.TenantId, m.Slug, m.DisplayName, m.Locale, m.Role, m.IsVip))],
            profile.Provider, profile.TimeZone ?? current?.TimeZone, profile.Locale ?? current?.Locale, features, waiting);
    }
}
