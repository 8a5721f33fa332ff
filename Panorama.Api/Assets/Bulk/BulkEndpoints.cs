using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Assets.Bulk;

internal static class BulkEndpoints
{
    public static void MapBulk(this IEndpointRouteBuilder routes)
    {
        routes.MapTenantGroup("/api/assets").WithTags("Bulk runs").MapPost("/bulk", StartBulkRun.Handle).WithName("StartBulkRun")
            .WithSummary("Changes many assets: those named, or all that match a filter.").RequireAuthorization(Permissions.ChangeManyAssets).Idempotent()
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired, Problems.MalformedBody, Problems.InvalidBody,
                Problems.BodyTooLarge, Problems.UnsupportedMediaType, Problems.AssetNotFound, Problems.TooManySelected, Problems.NothingSelected);

        var runs = routes.MapTenantGroup("/api/bulk-runs").WithTags("Bulk runs").RequireAuthorization(Permissions.ChangeManyAssets)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired);
        runs.MapGet("", ReadBulkRuns.List).WithName("ListBulkRuns").WithSummary("Lists changes of many assets, newest first.").Fails(Problems.InvalidQuery);
        runs.MapGet("/{id}", ReadBulkRuns.Get).WithName("GetBulkRun").WithSummary("Shows how far a change of many assets is.").Fails(Problems.BulkRunNotFound);
        runs.MapGet("/{id}/items", ReadBulkRuns.Items).WithName("ListBulkRunItems").WithSummary("Lists what became of each asset, in the order of the run.")
            .Fails(Problems.InvalidQuery, Problems.BulkRunNotFound);
        runs.MapPost("/{id}/cancel", EndBulkRun.Cancel).WithName("CancelBulkRun").WithSummary("Stops a run; what is changed stays changed.")
            .Fails(Problems.BulkRunNotFound, Problems.BulkRunEnded);
        runs.MapPost("/{id}/undo", EndBulkRun.Undo).WithName("UndoBulkRun").WithSummary("Starts a run that puts back what another changed and nobody changed since.")
            .Fails(Problems.BulkRunNotFound, Problems.BulkRunNotEnded, Problems.BulkRunUndone);
    }
}
