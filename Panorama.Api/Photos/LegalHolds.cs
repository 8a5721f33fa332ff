using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;
using Panorama.Core.Photos;
using Panorama.Core.Retention;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

internal static class LegalHolds
{
    /// <summary>Whether it is kept by a hold of its own, of its asset, of its inspection, or of the organisation.</summary>
    public static async Task<bool> KeepAsync(PanoramaDbContext db, IStoredFile file, CancellationToken cancellationToken) =>
        file.LegalHold || await db.LegalHolds.AnyAsync(LegalHold.Holds(file.AssetId, (file as Photo)?.InspectionId), cancellationToken);
}
