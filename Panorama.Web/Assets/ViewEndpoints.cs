using System.Text.Json.Nodes;
using Panorama.Web.Api;
using Panorama.Web.Shell;

namespace Panorama.Web.Assets;

/// <summary>The forms of the view menu: a view is the list's address under a name.</summary>
internal static class ViewEndpoints
{
    private const int MaxName = 100;
    private const int MaxQuery = 2_000;

    public static void MapViews(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/assets/views", SaveAsync).DisableAntiforgery();
        routes.MapPost("/assets/views/{id:guid}", ChangeAsync).DisableAntiforgery();
    }

    /// <summary>The address that a view opens.</summary>
    public static string Href(SavedView view) =>
        view.Query.ValueKind == System.Text.Json.JsonValueKind.Object && view.Query.TryGetProperty("search", out var search) && search.GetString() is { } text
        ? AssetQuery.Read(new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text))).Restart().Href
        : "/assets";

    private static async Task<IResult> SaveAsync(HttpContext context, ListsClient lists)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, search) = (form["name"].ToString().Trim(), form["search"].ToString());
        if (name.Length is 0 or > MaxName || search.Length > MaxQuery)
        {
            return ShellEndpoints.SeeOther(Back(search, "view_name"));
        }

        var result = await lists.SaveViewAsync(new NewView("assets", name, new JsonObject { ["search"] = search }, form["shared"] == "true"), context.RequestAborted);
        return ShellEndpoints.SeeOther(Back(search, Failure(result.Problem)));
    }

    private static async Task<IResult> ChangeAsync(Guid id, HttpContext context, ListsClient lists)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, search) = (form["name"].ToString().Trim(), form["search"].ToString());
        if (!int.TryParse(form["version"], System.Globalization.CultureInfo.InvariantCulture, out var version))
        {
            return ShellEndpoints.SeeOther(Back(search, "view_failed"));
        }

        if (form["do"] == "delete")
        {
            return ShellEndpoints.SeeOther(Back(search, Failure((await lists.DeleteViewAsync(id, version, context.RequestAborted)).Problem)));
        }

        if (form["do"].ToString() is "default" or "not-default")
        {
            return ShellEndpoints.SeeOther(Back(search, Failure(await OpenWithAsync(lists, id, form["do"] == "default", version, context.RequestAborted))));
        }

        return ShellEndpoints.SeeOther(Back(search, name.Length is 0 or > MaxName ? "view_name"
            : Failure((await lists.RenameViewAsync(id, name, version, context.RequestAborted)).Problem)));
    }

    /// <summary>Of one's own views one at most is what the list opens with.</summary>
    private static async Task<ApiProblem?> OpenWithAsync(ListsClient lists, Guid id, bool isDefault, int version, CancellationToken cancellationToken)
    {
        var (views, problem) = await lists.ViewsAsync("assets", cancellationToken);
        if (views?.Items.FirstOrDefault(v => v.Id == id && v.IsOwn) is not { } chosen)
        {
            return problem ?? new ApiProblem(StatusCodes.Status404NotFound, "saved_view_not_found");
        }

        foreach (var before in views.Items.Where(v => v.IsDefault && v.Id != id))
        {
            await lists.ChangeViewAsync(before.Id, Marked(before, false), before.Version, cancellationToken);
        }

        return (await lists.ChangeViewAsync(id, Marked(chosen, isDefault), version, cancellationToken)).Problem;

        static JsonObject Marked(SavedView view, bool isDefault)
        {
            var query = view.Query.ValueKind == System.Text.Json.JsonValueKind.Object ? JsonObject.Create(view.Query)! : [];
            query.Remove("default");
            if (isDefault)
            {
                query["default"] = true;
            }

            return new JsonObject { ["query"] = query };
        }
    }

    private static string? Failure(ApiProblem? problem) => problem switch
    {
        null => null,
        { Code: "name_taken" } => "view_taken",
        { Status: StatusCodes.Status412PreconditionFailed or StatusCodes.Status409Conflict or StatusCodes.Status404NotFound } => "view_changed",
        { Status: StatusCodes.Status400BadRequest } => "view_name",
        _ => "view_failed",
    };

    /// <summary>The list as it was, read anew from what the form says: nothing else can be an address.</summary>
    private static string Back(string search, string? notice)
    {
        var query = AssetQuery.Read(new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(search.Length > MaxQuery ? "" : search)));
        var href = query.Href;
        return notice is null ? href : $"{href}{(href.Contains('?', StringComparison.Ordinal) ? '&' : '?')}notice={notice}";
    }
}
