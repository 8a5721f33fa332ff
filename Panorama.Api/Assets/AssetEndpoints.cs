using Panorama.Api.Assets.Custody;
using Panorama.Api.Assets.Readings;
using Panorama.Api.Assets.Bulk;
using Panorama.Api.Assets.Export;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Assets;

internal static class AssetEndpoints
{
    public static void AddAssets(this IServiceCollection services) => services.AddScoped<AssetFinder>().AddSingleton<ListCounts>();

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        var assets = routes.MapTenantGroup("/api/assets").WithTags("Assets").RequireAuthorization(Permissions.ReadAssets)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        assets.MapGet("", ListAssets.Handle).WithName("ListAssets").WithSummary("Lists assets: filters, search and five orders, paged by cursor.")
            .Fails(Problems.InvalidQuery).WithMetadata(new OpensWithRead());
        assets.MapGet("/choices", ListAssetChoices.Handle).WithName("ListAssetChoices").WithSummary("Lists the values that the filters of the list offer.");
        assets.MapGet("/{id}", GetAsset.Handle).WithName("GetAsset").WithSummary("Shows one asset whole.").Fails(Problems.AssetNotFound).WithMetadata(new OpensWithRead());
        assets.MapGet("/{id}/history", ListAssetHistory.Handle).WithName("ListAssetHistory").WithSummary("Lists what happened to an asset, newest first.")
            .Fails(Problems.InvalidQuery, Problems.AssetNotFound);

        MapWrites(routes);
        MapCustody(routes);
        routes.MapTenantGroup("/api/assets").WithTags("Assets").MapGet("/export", ExportAssets.Handle).WithName("ExportAssets")
            .WithSummary("Writes all assets that match as CSV or XLSX.").RequireAuthorization(Permissions.ExportAssets)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired, Problems.InvalidQuery);
        routes.MapBulk();
    }

    private static void MapWrites(IEndpointRouteBuilder routes)
    {
        var assets = routes.MapTenantGroup("/api/assets").WithTags("Assets")
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.MalformedBody, Problems.InvalidBody);
        assets.MapPost("", CreateAsset.Handle).WithName("CreateAsset").WithSummary("Makes an asset.").RequireAuthorization(Permissions.WriteAssets)
            .Fails(Problems.AdminRoleRequired, Problems.CustomFieldInvalid, Problems.AssetTagTaken, Problems.AssetSerialTaken, Problems.StatusLabelMismatch)
            .Idempotent();
        assets.MapPatch("/{id}", UpdateAsset.Handle).WithName("UpdateAsset").WithSummary("Changes what people wrote about an asset.")
            .RequireAuthorization(Permissions.WriteAssets)
            .Fails(Problems.CustomFieldInvalid, Problems.AssetTagTaken, Problems.AssetSerialTaken, Problems.StatusLabelMismatch).FailsOnState();
        assets.MapPost("/{id}/archive", ChangeAssetState.Archive).WithName("ArchiveAsset").WithSummary("Takes an asset out of the lists; its history stays.")
            .RequireAuthorization(Permissions.WriteAssets).Fails(Problems.AssetInCustody).FailsOnState();
        assets.MapPost("/{id}/restore", ChangeAssetState.Restore).WithName("RestoreAsset").WithSummary("Brings an archived asset back.")
            .RequireAuthorization(Permissions.WriteAssets).Fails(Problems.AssetNotArchived, Problems.AssetTagTaken, Problems.AssetSerialTaken).FailsOnState();
        assets.MapPost("/{id}/retire", ChangeAssetState.Retire).WithName("RetireAsset").WithSummary("Ends the use of an asset.")
            .RequireAuthorization(Permissions.WriteAssets).Fails(Problems.AssetInCustody, Problems.AssetNotAvailable).FailsOnState();
        assets.MapPost("/{id}/status", ChangeAssetState.Change).WithName("ChangeAssetStatus").WithSummary("Brings an asset into another state or under another label.")
            .RequireAuthorization(Permissions.WriteAssets)
            .Fails(Problems.AssetInCustody, Problems.AssetNotAvailable, Problems.StatusLabelMismatch, Problems.UseReturnToService).FailsOnState();
        assets.MapPost("/{id}/return-to-service", ReturnToService.Handle).WithName("ReturnAssetToService").WithSummary("Ends an asset's maintenance, with a reason.")
            .RequireAuthorization(Permissions.ReturnAssets)
            .Fails(Problems.Forbidden, Problems.AssetNotFound, Problems.ReadingNotFound, Problems.AssetArchived, Problems.AssetNotInMaintenance);
        assets.MapGet("/{id}/meter-readings", ListReadings.Handle).WithName("ListMeterReadings").WithSummary("Lists the readings of an asset's meter, newest first.")
            .RequireAuthorization(Permissions.ReadAssets).Fails(Problems.InvalidQuery, Problems.AssetNotFound);
        assets.MapPost("/{id}/meter-readings", AddReading.Handle).WithName("AddMeterReading").WithSummary("Adds a reading; a driver only of what they hold.")
            .RequireAuthorization(Permissions.AddReadings)
            .Fails(Problems.Forbidden, Problems.AssetNotFound, Problems.AssetArchived, Problems.MeterUnitMismatch, Problems.MileageNotMonotonic).Idempotent();
        assets.MapPost("/{id}/meter-readings/{readingId}/correct", CorrectReading.Handle).WithName("CorrectMeterReading")
            .WithSummary("Voids a wrong reading with a reason, and puts the right one beside it.").RequireAuthorization(Permissions.WriteAssets)
            .Fails(Problems.AdminRoleRequired, Problems.AssetNotFound, Problems.ReadingNotFound, Problems.ReadingVoided, Problems.MileageNotMonotonic);
    }

    private static void MapCustody(IEndpointRouteBuilder routes)
    {
        var assets = routes.MapTenantGroup("/api/assets").WithTags("Custody").RequireAuthorization(Permissions.ManageCustody).Fails(
            Problems.AuthenticationRequired, Problems.NoMemberships, Problems.Forbidden, Problems.MalformedBody, Problems.InvalidBody, Problems.AssetNotFound,
            Problems.CustomFieldInvalid, Problems.VersionMismatch);
        assets.MapPost("/{id}/checkout", CheckOutAsset.Handle).WithName("CheckOutAsset").WithSummary("Lends an asset to a person, a place or another asset.")
            .Fails(Problems.TargetNotFound, Problems.AssetArchived, Problems.ExpectedCheckinInPast, Problems.AssetNotAvailable, Problems.AssetInCustody)
            .Idempotent();
        assets.MapPost("/{id}/checkin", CheckInAsset.Handle).WithName("CheckInAsset").WithSummary("Takes an asset back.").Fails(Problems.NotInCustody).Idempotent();

        var custody = routes.MapTenantGroup("/api/assignments").WithTags("Custody").RequireAuthorization(Permissions.OwnCustody)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
        custody.MapGet("", ListAssignments.Handle).WithName("ListAssignments").WithSummary("Lists who has what: the desk all, others their own.")
            .Fails(Problems.InvalidQuery);
        custody.MapGet("/{id}", ListAssignments.One).WithName("GetAssignment").WithSummary("Shows one custody.")
            .Fails(Problems.Forbidden, Problems.AssignmentNotFound);
        custody.MapPost("/{id}/accept", AnswerAssignment.Accept).WithName("AcceptAssignment").WithSummary("Accepts what one holds.")
            .FailsOnAnswer().Fails(Problems.AlreadyAccepted, Problems.AlreadyDeclined);
        custody.MapPost("/{id}/decline", AnswerAssignment.Decline).WithName("DeclineAssignment").WithSummary("Declines what one was given; it stays to be collected.")
            .FailsOnAnswer().Fails(Problems.AlreadyAccepted, Problems.AlreadyDeclined);
        custody.MapPost("/{id}/request-checkin", AnswerAssignment.RequestCheckin).WithName("RequestCheckin").WithSummary("Asks that what one holds be taken back.")
            .FailsOnAnswer();
    }

    private static RouteHandlerBuilder FailsOnState(this RouteHandlerBuilder route) => route.Fails(
        Problems.AdminRoleRequired, Problems.AssetNotFound, Problems.AssetArchived, Problems.ConcurrencyConflict, Problems.VersionMismatch, Problems.VersionRequired);

    private static RouteHandlerBuilder FailsOnAnswer(this RouteHandlerBuilder route) => route.Fails(
        Problems.Forbidden, Problems.MalformedBody, Problems.InvalidBody, Problems.AssignmentNotFound, Problems.NotInCustody);
}
