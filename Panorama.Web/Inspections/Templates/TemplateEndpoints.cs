using Panorama.Web.Api;
using Panorama.Web.Shell;

namespace Panorama.Web.Inspections.Templates;

/// <summary>What the buttons of the pages of checklists post.</summary>
internal static class TemplateEndpoints
{
    private const string List = "/admin/inspection-templates";
    private const int MaxName = 200;

    public static void MapTemplates(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{List}/{{id:guid}}/copy", CopyAsync).DisableAntiforgery();
        routes.MapPost($"{List}/{{id:guid}}/archive", (Guid id, HttpContext context, TemplatesClient api) => ShelveAsync(id, "archived", context, api)).DisableAntiforgery();
        routes.MapPost($"{List}/{{id:guid}}/restore", (Guid id, HttpContext context, TemplatesClient api) => ShelveAsync(id, "restored", context, api)).DisableAntiforgery();
    }

    private static async Task<IResult> CopyAsync(Guid id, HttpContext context, TemplatesClient api)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString().Trim();
        var key = form["key"].ToString() is { Length: 32 } given && given.All(char.IsAsciiHexDigitLower) ? given : null;
        var result = await api.CopyAsync(id, Cut(name), key, context.RequestAborted);
        return ShellEndpoints.SeeOther(result.Value is { } copy ? $"{List}/{copy.Id}/edit?done=copied" : Refused(result.Problem!));
    }

    private static async Task<IResult> ShelveAsync(Guid id, string done, HttpContext context, TemplatesClient api)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var result = done == "archived" ? await api.ArchiveAsync(id, context.RequestAborted) : await api.RestoreAsync(id, context.RequestAborted);
        return ShellEndpoints.SeeOther(result.Problem is { } problem ? Refused(problem) : $"{List}?done={done}&id={id}&name={Uri.EscapeDataString(form["name"].ToString())}");
    }

    // Not between the halves of a letter.
    private static string Cut(string name) => name.Length <= MaxName ? name : name[..(char.IsHighSurrogate(name[MaxName - 1]) ? MaxName - 1 : MaxName)];

    private static string Refused(ApiProblem problem) => problem.Status == StatusCodes.Status401Unauthorized
        ? "/login?next=" + Uri.EscapeDataString(List) + "&notice=session_ended"
        : $"{List}?error={Uri.EscapeDataString(problem.Code)}";
}
