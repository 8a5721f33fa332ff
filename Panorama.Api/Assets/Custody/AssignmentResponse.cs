using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Assets;
using Panorama.Core.Data;
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

    public static Expression<Func<AssetAssignment, AssignmentResponse>> Response(PanoramaDbContext db, Actor actor, DateTimeOffset now)
    {
        var (me, isDesk) = (actor.UserId, actor.IsDesk());
        return h => new AssignmentResponse(
            h.Id, h.AssetId, db.Assets.First(a => a.Id == h.AssetId).Tag, db.Assets.First(a => a.Id == h.AssetId).Name,
            db.Assets.First(a => a.Id == h.AssetId).Model!.Name, db.Assets.First(a => a.Id == h.AssetId).Model!.Category!.Kind,
            h.TargetType, (h.TargetUserId ?? h.TargetLocationId ?? h.TargetAssetId)!.Value,
            db.Users.Where(u => u.Id == h.TargetUserId).Select(u => u.DisplayName).FirstOrDefault()
                ?? db.Locations.Where(l => l.Id == h.TargetLocationId).Select(l => l.Name).FirstOrDefault()
                ?? db.Assets.Where(a => a.Id == h.TargetAssetId).Select(a => a.Tag).FirstOrDefault(),
            h.CheckedOutAt, db.Users.Where(u => u.Id == h.CheckedOutByUserId).Select(u => u.DisplayName).FirstOrDefault(), h.ExpectedCheckinAt,
            h.CheckedInAt == null && h.ExpectedCheckinAt < now, h.RequiresAcceptance, h.AcceptanceText, h.AcceptedAt, h.AcceptedName, h.DeclinedAt,
            h.DeclineReason, h.CheckinRequestedAt, h.CheckinRequestNote, h.CheckedInAt,
            db.Users.Where(u => u.Id == h.CheckedInByUserId).Select(u => u.DisplayName).FirstOrDefault(), h.Note, h.CheckinNote, h.Condition, h.IsDamaged,
            h.DamageNote,
            h.CheckedInAt == null && h.RequiresAcceptance && h.AcceptedAt == null && h.DeclinedAt == null
                && (h.TargetUserId == me || (isDesk && db.Users.Any(u => u.Id == h.TargetUserId && u.Email == null))));
    }

    public static async Task<AssignmentResponse> ReadAsync(PanoramaDbContext db, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.AssetAssignments.AsNoTracking().Where(h => h.Id == id).Select(Response(db, actor, now)).SingleAsync(cancellationToken);

    /// <summary>What the audit keeps of a custody.</summary>
    public static Guid TargetId(this AssetAssignment custody) => (custody.TargetUserId ?? custody.TargetLocationId ?? custody.TargetAssetId)!.Value;
}
