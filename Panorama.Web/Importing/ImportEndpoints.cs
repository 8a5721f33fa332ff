using Microsoft.AspNetCore.Mvc;
using Panorama.Web.Api;
using Panorama.Web.Shell;

namespace Panorama.Web.Importing;

/// <summary>What the buttons of the import pages post.</summary>
internal static class ImportEndpoints
{
    /// <summary>What is above 25 MB is passed on so far that Api can say so.</summary>
    private const long MaxUploadBytes = 64 * 1024 * 1024;

    private static readonly string[] Steps = ["dry-run", "start", "cancel", "resume"];

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/assets/import/upload", UploadAsync).WithMetadata(new RequestSizeLimitAttribute(MaxUploadBytes)).DisableAntiforgery();
        routes.MapPost("/assets/import/{id:guid}/{step}", MoveAsync).DisableAntiforgery();
    }

    private static async Task<IResult> UploadAsync(HttpContext context, ImportsClient imports)
    {
        var kind = ImportKinds.Of(context.Request.Query["kind"]);
        var page = ImportKinds.Page(kind);
        var error = page + (kind == ImportKinds.Assets ? "?error=" : "&error=");
        if (context.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
        {
            return ShellEndpoints.SeeOther(error + "upload_missing");
        }

        var result = await imports.UploadAsync(kind, context.Request.Body, context.Request.ContentType, context.RequestAborted);
        return ShellEndpoints.SeeOther(result switch
        {
            { Value: { } import } => $"/assets/import/{import.Id}",
            { Problem.Status: StatusCodes.Status401Unauthorized } => "/login?next=" + Uri.EscapeDataString(page) + "&notice=session_ended",
            { Problem: { Code: "file_empty" or "malformed_body" or "invalid_body" } } => error + (result.Problem.Code == "file_empty" ? "file_empty" : "upload_missing"),
            { Problem: { } problem } => error + Uri.EscapeDataString(problem.Code) + Line(problem),
            _ => error + "server_error",
        });
    }

    private static async Task<IResult> MoveAsync(Guid id, string step, HttpContext context, ImportsClient imports)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var page = $"/assets/import/{id}";
        ApiProblem? problem;
        switch (step)
        {
            case "delete":
                problem = (await imports.DeleteAsync(id, context.RequestAborted)).Problem;
                page = problem is null ? "/assets/import" : page;
                break;
            case "start" when form["mode"] == "skip-bad" && int.TryParse(form["version"], System.Globalization.CultureInfo.InvariantCulture, out var version):
                // The check is not lost by it: what was found in the rows does not depend on what happens to the bad ones.
                problem = (await imports.PatchAsync(id, new() { ["mode"] = System.Text.Json.JsonElement.Parse("\"skip-bad\"") }, version, context.RequestAborted)).Problem
                    ?? (await imports.MoveAsync(id, "start", context.RequestAborted)).Problem;
                break;
            default:
                if (!Steps.Contains(step, StringComparer.Ordinal))
                {
                    return Results.NotFound();
                }

                problem = (await imports.MoveAsync(id, step, context.RequestAborted)).Problem;
                break;
        }

        return ShellEndpoints.SeeOther(problem switch
        {
            null => page,
            { Status: StatusCodes.Status401Unauthorized } => "/login?next=" + Uri.EscapeDataString(page) + "&notice=session_ended",
            _ => $"/assets/import/{id}?error=" + Uri.EscapeDataString(problem.Code),
        });
    }

    private static string Line(ApiProblem problem) =>
        problem.Args?.TryGetValue("line", out var line) == true && line.ValueKind == System.Text.Json.JsonValueKind.Number ? "&line=" + line.GetRawText() : "";
}
