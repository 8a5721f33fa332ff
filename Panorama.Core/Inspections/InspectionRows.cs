using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Tenancy;

namespace Panorama.Core.Inspections;

/// <summary>Who sees which inspections, and those about to change.</summary>
public static class InspectionRows
{
    /// <summary>One's own, and the desk everybody's; to all others a run is not there.</summary>
    public static Expression<Func<Inspection, bool>> IsVisibleTo(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var (isDesk, user) = (actor.IsDesk, actor.UserId);
        return i => isDesk || i.StartedByUserId == user;
    }

    /// <summary>
    /// The row, tracked, held until the end of the transaction: of two that end it at once the second sees what the first made. Null where it is not visible.
    /// </summary>
    public static async Task<Inspection?> LockAsync(PanoramaDbContext db, Actor actor, Guid id, CancellationToken cancellationToken) =>
        (await db.Inspections.FromSql($"select * from inspections where id = {id} for no key update").AsTracking().Where(IsVisibleTo(actor)).ToListAsync(cancellationToken))
            .SingleOrDefault();
}
