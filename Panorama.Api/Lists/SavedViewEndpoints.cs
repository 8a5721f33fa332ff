using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Lists;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Lists;

internal static class SavedViewEndpoints
{
    public static void MapSavedViews(this IEndpointRouteBuilder routes)
    {
        var views = routes.MapTenantGroup("/api/saved-views").WithTags("Lists").RequireAuthorization(Permissions.UseViews)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        views.MapGet("", ListSavedViews.Handle).WithName("ListSavedViews").WithSummary("Lists one's own views of a list and the shared ones by name.")
            .Fails(Problems.InvalidQuery);
        views.MapPost("", AddSavedView.Handle).WithName("AddSavedView").WithSummary("Saves a view.").Idempotent()
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.Forbidden, Problems.NameTaken, Problems.BodyTooLarge);
        views.MapPatch("/{id}", ChangeSavedView.Handle).WithName("ChangeSavedView").WithSummary("Changes a view.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.Forbidden, Problems.SavedViewNotFound, Problems.NameTaken, Problems.ConcurrencyConflict,
                Problems.VersionMismatch, Problems.BodyTooLarge, Problems.VersionRequired);
        views.MapDelete("/{id}", DeleteSavedView.Handle).WithName("DeleteSavedView").WithSummary("Deletes a view.")
            .Fails(Problems.Forbidden, Problems.SavedViewNotFound, Problems.ConcurrencyConflict, Problems.VersionMismatch, Problems.VersionRequired);
    }

    /// <summary>A view that the actor may change: one's own, or a shared one for an admin.</summary>
    public static async Task<(SavedView? View, ProblemHttpResult? Refusal)> FindAsync(
        string id, string? version, Actor actor, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var viewId) || await db.SavedViews.FirstOrDefaultAsync(v => v.Id == viewId, cancellationToken) is not { } view)
        {
            return (null, Problems.Of(Problems.SavedViewNotFound));
        }

        if (view.OwnerUserId != actor.UserId && !actor.IsAdmin)
        {
            return (null, Problems.Of(Problems.Forbidden));
        }

        return IfMatch.Refuse(version, view.Version) is { } refusal ? (null, refusal) : (view, null);
    }

    public static async Task<ProblemHttpResult?> SaveAsync(PanoramaDbContext db, SavedView view, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { ConstraintName: SavedView.NameKey })
        {
            return Problems.Of(Problems.NameTaken, Problems.Args(("name", view.Name)));
        }
    }
}
