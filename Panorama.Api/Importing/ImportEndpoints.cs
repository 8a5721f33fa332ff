using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Importing;

internal static class ImportEndpoints
{
    public static void AddImports(this IServiceCollection services)
    {
        services.AddScoped<ImportReader>();
        services.AddSingleton<ImportUploads>();
    }

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapTenantGroup("/api/imports").WithTags("Imports").RequireAuthorization(Permissions.ImportAssets)
            .Fails(Problems.AuthenticationRequired, Problems.NoMemberships, Problems.AdminRoleRequired);
        imports.MapPost("", CreateImport.Handle).WithName("CreateImport")
            .WithSummary("Takes a CSV file of at most 25 MB, as the body or as the one file of a form, and says what is in it. Nothing is imported yet.")
            .WithMetadata(new RequestSizeLimitAttribute(ImportUpload.MaxBodyBytes))
            .AddEndpointFilter<ImportUpload>()
            .Idempotent()
            .Fails([Problems.InvalidQuery, Problems.MalformedBody, Problems.BodyTooLarge, Problems.UnsupportedMediaType, .. ImportProblems.File]);
        imports.MapGet("", ListImports.Handle).WithName("ListImports").WithSummary("Lists imports, newest first.").Fails(Problems.InvalidQuery);

        var one = imports.MapGroup("/{id}").Fails(Problems.ImportNotFound);
        one.MapGet("", GetImport.Handle).WithName("GetImport").WithSummary("Shows an import: state, options, progress, counts.");
        one.MapGet("/inspection", InspectImport.Handle).WithName("InspectImport")
            .WithSummary("Shows what was found in the file: encoding, separator, columns with samples, suggested mapping and the choices it needs.").Fails(Problems.ImportStateWrong);
        one.MapPatch("", UpdateImport.Handle).WithName("UpdateImport").WithSummary("Changes the options and the mapping of a draft.")
            .Fails([Problems.InvalidBody, Problems.MalformedBody, Problems.VersionRequired, Problems.VersionMismatch, Problems.ImportStateWrong, .. ImportProblems.File]);
        one.MapPost("/dry-run", MoveImport.DryRun).WithName("DryRunImport").WithSummary("Queues a run that is rolled back: it says what the import would do.")
            .Fails([Problems.ImportStateWrong, .. ImportProblems.Start]);
        one.MapPost("/start", MoveImport.Start).WithName("StartImport").WithSummary("Queues the import.")
            .Fails([Problems.ImportStateWrong, .. ImportProblems.Start]);
        one.MapPost("/cancel", MoveImport.Cancel).WithName("CancelImport")
            .WithSummary("Asks the run to stop after the batch it is in; what skip-bad batches stored stays.").Fails(Problems.ImportStateWrong);
        one.MapPost("/resume", MoveImport.Resume).WithName("ResumeImport").WithSummary("Goes on with an import that was cancelled or failed.").Fails(Problems.ImportStateWrong);
        one.MapDelete("", MoveImport.Delete).WithName("DeleteImport").WithSummary("Removes a draft with its file.").Fails(Problems.ImportStateWrong);
        one.MapGet("/findings", ListFindings.Handle).WithName("ListImportFindings").WithSummary("Lists warnings and refusals in the order of the file.").Fails(Problems.InvalidQuery);
        one.MapGet("/findings.csv", ImportFiles.Findings).WithName("DownloadImportFindings").WithSummary("All warnings and refusals as CSV.");
        one.MapGet("/result.csv", ImportFiles.Rejected).WithName("DownloadRejectedRows")
            .WithSummary("The rows that were left out, as in the file, each with its line and reasons: corrected, the file can be imported.");
    }
}
