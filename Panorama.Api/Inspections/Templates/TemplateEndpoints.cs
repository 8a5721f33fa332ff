using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Templates;

internal static class TemplateEndpoints
{
    private static readonly ProblemKind[] OfContent =
    [
        Problems.MalformedBody, Problems.InvalidBody, Problems.ItemsTooFew, Problems.ItemsTooMany, Problems.BoundsOfNumbers, Problems.BoundsOrdered, Problems.ScopeExclusive,
        Problems.TemplateTooLarge, Problems.CategoryNotFound, Problems.BodyTooLarge,
    ];

    private static readonly ProblemKind[] OfEdit =
    [
        Problems.InspectionTemplateArchived, Problems.VersionRequired, Problems.VersionMismatch, Problems.ConcurrencyConflict,
    ];

    public static void MapInspectionTemplates(this IEndpointRouteBuilder routes)
    {
        var read = Group(routes, Permissions.ReadInspections);
        read.MapGet("", ListTemplates.Handle).WithName("ListInspectionTemplates").WithSummary("Lists checklists in the order of their launcher, with their items.")
            .Fails(Problems.InvalidQuery, Problems.AssetNotFound);
        read.MapGet("/{id}", GetTemplate.Handle).WithName("GetInspectionTemplate").WithSummary("Shows a checklist, also an archived one.")
            .Fails(Problems.InspectionTemplateNotFound);
        read.MapGet("/{id}/versions", TemplateVersions.ListAsync).WithName("ListInspectionTemplateVersions").WithSummary("Lists the forms that a checklist had, newest first.")
            .Fails(Problems.InvalidQuery, Problems.InspectionTemplateNotFound);
        read.MapGet("/{id}/versions/{number}", TemplateVersions.GetAsync).WithName("GetInspectionTemplateVersion").WithSummary("Shows a form that a checklist had.")
            .Fails(Problems.InspectionTemplateNotFound, Problems.TemplateVersionNotFound);

        var write = Group(routes, Permissions.WriteTemplates).Fails(Problems.AdminRoleRequired);
        write.MapPost("", CreateTemplate.Handle).WithName("CreateInspectionTemplate").WithSummary("Makes a checklist.").Fails(OfContent).Idempotent();
        write.MapGet("/library", ShowLibrary.Handle).WithName("ListInspectionTemplateLibrary").WithSummary("Lists checklists to begin with, in one language.").Fails(Problems.InvalidQuery);
        write.MapPost("/import", ImportTemplate.Handle).WithName("ImportInspectionTemplate").WithSummary("Makes a checklist from a file that one was exported to.")
            .Fails(OfContent).Fails(Problems.InvalidQuery).Idempotent();
        write.MapGet("/{id}/export", ExportTemplate.Handle).WithName("ExportInspectionTemplate").WithSummary("Writes a checklist to a file.")
            .Produces<InspectionTemplateFile>(StatusCodes.Status200OK, "application/json").Fails(Problems.InspectionTemplateNotFound);
        write.MapPatch("/{id}", ChangeTemplate.Handle).WithName("ChangeInspectionTemplate")
            .WithSummary("Changes a checklist. Other questions than before are a new version; what was begun keeps its own.")
            .Fails(OfContent).Fails(OfEdit).Fails(Problems.InspectionTemplateNotFound);
        write.MapPost("/{id}/copy", CopyTemplate.Handle).WithName("CopyInspectionTemplate").WithSummary("Makes a checklist that asks the same, under another name.")
            .Fails(Problems.MalformedBody, Problems.InvalidBody, Problems.BodyTooLarge, Problems.TemplateTooLarge, Problems.InspectionTemplateNotFound).Idempotent();
        write.MapPost("/{id}/versions/{number}/publish", TemplateVersions.PublishAsync).WithName("PublishInspectionTemplateVersion")
            .WithSummary("Brings back a form that a checklist had, as its newest version.")
            .Fails(OfEdit).Fails(Problems.InspectionTemplateNotFound, Problems.TemplateVersionNotFound);
        write.MapDelete("/{id}", ArchiveTemplate.ArchiveAsync).WithName("ArchiveInspectionTemplate")
            .WithSummary("Takes a checklist out of the launcher. It stays readable, and so does what was done with it.").Fails(Problems.InspectionTemplateNotFound);
        write.MapPost("/{id}/restore", ArchiveTemplate.RestoreAsync).WithName("RestoreInspectionTemplate").WithSummary("Puts a checklist back into the launcher.")
            .Fails(Problems.InspectionTemplateNotFound);
    }

    private static RouteGroupBuilder Group(IEndpointRouteBuilder routes, string permission) =>
        routes.MapTenantGroup("/api/inspection-templates").NeedsFeature(TenantFeature.Inspections).WithTags("Inspections").RequireAuthorization(permission)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships);
}
