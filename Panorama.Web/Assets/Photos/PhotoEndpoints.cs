using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Panorama.Web.Api;
using Panorama.Web.Shell;

namespace Panorama.Web.Assets.Photos;

/// <summary>What the buttons of a gallery post.</summary>
internal static class PhotoEndpoints
{
    /// <summary>What is above Api's limit is passed on so far that Api can say so.</summary>
    private const long MaxUploadBytes = 64 * 1024 * 1024;

    public static void MapPhotos(this IEndpointRouteBuilder routes)
    {
        foreach (var kind in (string[])["photos", "documents"])
        {
            routes.MapPost($"/assets/{{id:guid}}/{kind}/upload", (Guid id, HttpContext context, PhotosClient photos) => UploadAsync(kind, id, context, photos))
                .WithMetadata(new RequestSizeLimitAttribute(MaxUploadBytes)).DisableAntiforgery();
            routes.MapPost($"/assets/{{id:guid}}/{kind}/{{item:guid}}/delete", (Guid id, Guid item, HttpContext context, PhotosClient photos) => DeleteAsync(kind, id, item, context, photos))
                .DisableAntiforgery();
            routes.MapPost($"/assets/{{id:guid}}/{kind}/{{item:guid}}/restore", (Guid id, Guid item, HttpContext context, PhotosClient photos) => RestoreAsync(kind, id, item, context, photos))
                .DisableAntiforgery();
        }
    }

    /// <summary>The gallery's address.</summary>
    public static string Page(Guid asset) => $"/assets/{asset}/photos";

    /// <summary>The part of the gallery that a kind has.</summary>
    private static string Part(string kind) => kind == "photos" ? "" : "#documents";

    private static async Task<IResult> UploadAsync(string kind, Guid id, HttpContext context, PhotosClient photos)
    {
        var request = context.Request;
        var problem = request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true
            ? (await photos.UploadAsync(id, kind, request.Body, request.ContentType, context.RequestAborted)).Problem
            : new ApiProblem(StatusCodes.Status400BadRequest, "photo_part_required");
        if (problem is not null)
        {
            // A browser that still sends when it is answered shows its own page of a lost connection, and not ours.
            await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        return Answer(kind, id, problem, problem is null ? $"?done={kind}.sent" : Failure(kind, problem) + Key(request, problem));
    }

    private static async Task<IResult> DeleteAsync(string kind, Guid id, Guid item, HttpContext context, PhotosClient photos)
    {
        var problem = (await photos.DeleteAsync(kind, item, context.RequestAborted)).Problem;
        return Answer(kind, id, problem, problem is null ? $"?done={kind}.deleted&item={item}" : Failure(kind, problem));
    }

    private static async Task<IResult> RestoreAsync(string kind, Guid id, Guid item, HttpContext context, PhotosClient photos)
    {
        var problem = (await photos.RestoreAsync(kind, item, context.RequestAborted)).Problem;
        return Answer(kind, id, problem, problem is null ? $"?done={kind}.restored" : Failure(kind, problem));
    }

    private static IResult Answer(string kind, Guid id, ApiProblem? problem, string query) => ShellEndpoints.SeeOther(
        problem is { Status: StatusCodes.Status401Unauthorized } ? "/login?next=" + Uri.EscapeDataString(Page(id)) + "&notice=session_ended" : Page(id) + query + Part(kind));

    private static string Failure(string kind, ApiProblem problem) =>
        $"?error={Uri.EscapeDataString(problem.Code)}&of={kind}" + (problem.RetryAfterSeconds > 0 ? "&wait=" + problem.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture) : "");

    // The same photo sent again under the same key is kept once, whatever became of the first answer.
    private static string Key(HttpRequest request, ApiProblem problem) =>
        problem.Code is not ("upload_key_collision" or "upload_replay_race") && Guid.TryParse(request.Query["key"], out var key) ? $"&key={key}" : "";
}
