using Panorama.Api.Http;
using Panorama.Api.Inspections.Signatures;
using Panorama.Api.Tenancy;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

internal static class RunEndpoints
{
    /// <summary>50 answers of the longest texts in a script of three bytes a character, and what holds them together.</summary>
    private const int MaxAnswerBytes = 512 * 1024;

    public static void MapInspections(this IEndpointRouteBuilder routes)
    {
        var runs = Group(routes, Permissions.ReadInspections);
        runs.MapGet("", ListInspections.Handle).WithName("ListInspections").WithSummary("Lists one's own inspections, or those of the organisation, newest first.")
            .Fails(Problems.InvalidQuery, Problems.AdminRoleRequiredForTenantScope).WithMetadata(new OpensWithRead());
        runs.MapGet("/export", ExportInspections.Handle).WithName("ExportInspections").WithSummary("Writes all inspections that match as CSV or XLSX.")
            .Fails(Problems.InvalidQuery, Problems.AdminRoleRequiredForTenantScope);
        runs.MapGet("/{id}", GetInspection.Handle).WithName("GetInspection").WithSummary("Shows an inspection with what was asked and answered.")
            .Fails(Problems.InspectionNotFound).WithMetadata(new OpensWithRead());
        runs.MapPost("", StartInspection.Handle).WithName("StartInspection").WithSummary("Begins an inspection of an asset, or goes on with the one that was begun.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.AssetNotFound, Problems.AssetArchived, Problems.ReservationNotFound,
                Problems.TemplateNotFound, Problems.TemplateArchived, Problems.TemplateNotApplicable, Problems.NoTemplateForAsset)
            .Idempotent();
        runs.MapPost("/{id}/responses", AnswerInspection.Handle).WithName("AnswerInspection").WithSummary("Keeps answers; one that is given again replaces the one before.")
            .Fails(OfRun).Fails(
                Problems.InspectionNotInProgress, Problems.ItemNotInSnapshot, Problems.ResponseMissingBoolean, Problems.ResponseMissingText, Problems.ResponseMissingNumber,
                Problems.ResponseBelowMin, Problems.ResponseAboveMax, Problems.ResponseMultiple)
            .WithMetadata(new BodyLimit(MaxAnswerBytes));
        runs.MapPost("/{id}/complete", EndInspection.CompleteAsync).WithName("CompleteInspection").WithSummary("Ends an inspection whose needed items are answered.")
            .Fails(OfRun).Fails(
                Problems.InspectionNotInProgress, Problems.RequiredItemsMissing, Problems.OutcomeBetterThanFound, Problems.SignatureRequired, Problems.SignatureInvalid);
        runs.MapPost("/{id}/cancel", EndInspection.CancelAsync).WithName("CancelInspection").WithSummary("Gives an inspection up; what was answered stays.")
            .Fails(OfRun).Fails(Problems.InspectionAlreadyCompleted);
        runs.MapGet("/{id}/signatures/{signatureId}", ShowSignature.Handle).WithName("ShowInspectionSignature")
            .WithSummary("Shows a drawn signature as a PNG or an SVG, or the text that was signed.")
            .Produces(StatusCodes.Status200OK, contentType: ShowSignature.PngType).Fails(Problems.InvalidQuery, Problems.SignatureNotFound);

        var reviews = Group(routes, Permissions.ReviewInspections).Fails(Problems.AdminRoleRequired);
        reviews.MapPost("/{id}/review", ReviewInspection.ReviewAsync).WithName("ReviewInspection").WithSummary("Says that an ended inspection was looked at.")
            .Fails(OfRun).Fails(Problems.InspectionNotCompleted, Problems.InspectionAlreadyReviewed, Problems.SignatureInvalid);
        reviews.MapPatch("/{id}/review-note", ReviewInspection.ChangeNoteAsync).WithName("ChangeReviewNote").WithSummary("Changes what a review says.")
            .Fails(OfRun).Fails(Problems.InspectionNotYetReviewed);
    }

    private static ProblemKind[] OfRun => [Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.InspectionNotFound];

    private static RouteGroupBuilder Group(IEndpointRouteBuilder routes, string permission) =>
        routes.MapTenantGroup("/api/inspections").NeedsFeature(TenantFeature.Inspections).WithTags("Inspections").RequireAuthorization(permission)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
}
