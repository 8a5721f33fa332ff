using Panorama.Core.Assets;
using Panorama.Core.Tenancy;
using Panorama.Core.Identity;

namespace Panorama.Api.Assets.Custody;

/// <summary>Who or what has an asset, or had it.</summary>
/// <param name="TargetId">Of the person, the place or the other asset.</param>
/// <param name="CheckedOutByName">Null when an import of the operator did it.</param>
/// <param name="IsOverdue">Still out after the expected return.</param>
/// <param name="AcceptanceText">What the holder is asked to accept, as it was at check-out.</param>
/// <param name="AcceptedName">The name typed as a signature.</param>
/// <param name="CanAccept">The caller may accept it: it is theirs, or of somebody who does not sign in.</param>
public sealed record AssignmentResponse(
    Guid Id, Guid AssetId, string AssetTag, string AssetName, string ModelName, CategoryKind CategoryKind, AssignmentTarget TargetType, Guid TargetId,
    string? TargetName, DateTimeOffset CheckedOutAt, string? CheckedOutByName, DateTimeOffset? ExpectedCheckinAt, bool IsOverdue, bool RequiresAcceptance,
    string? AcceptanceText, DateTimeOffset? AcceptedAt, string? AcceptedName, DateTimeOffset? DeclinedAt, string? DeclineReason,
    DateTimeOffset? CheckinRequestedAt, string? CheckinRequestNote, DateTimeOffset? CheckedInAt, string? CheckedInByName, string? Note, string? CheckinNote,
    string? Condition, bool IsDamaged, string? DamageNote, bool CanAccept);

internal static class Assignments
{
    /// <summary>Roles that see and serve the whole organisation's custody.</summary>
    public static bool IsDesk(this Actor actor) => actor.Role is Role.Owner or Role.FleetAdmin or Role.FleetStaff;

    /// <summary>What the audit keeps of a custody.</summary>
    public static Guid TargetId(this AssetAssignment custody) => (custody.TargetUserId ?? custody.TargetLocationId ?? custody.TargetAssetId)!.Value;
}
