using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using Panorama.Api.Http;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Lists;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Lists;

/// <summary>Filters, order and columns of a list under a name.</summary>
/// <param name="Query">As it was saved: the list's page reads it.</param>
/// <param name="IsShared">Every member sees it.</param>
/// <param name="IsOwn">The one that asks made it.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
public sealed record SavedViewItem(
    Guid Id, ListName List, string Name, JsonElement Query, bool IsShared, bool IsOwn, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static SavedViewItem From(SavedView view, Actor actor) => new(
        view.Id, view.List, view.Name, JsonElement.Parse(view.Query), view.IsShared, view.OwnerUserId == actor.UserId, view.Version, view.CreatedAt, view.UpdatedAt);
}

/// <param name="Query">A JSON object of at most 4,000 characters.</param>
/// <param name="IsShared">True needs an admin.</param>
public sealed record AddSavedViewRequest(
    ListName List, [property: Required, MaxLength(100), PlainText(100)] string Name, [property: JsonObject(4_000)] JsonElement Query, bool IsShared = false);

/// <param name="Name">1 to 100 characters, one of the owner's views alone.</param>
/// <param name="Query">A JSON object of at most 4,000 characters.</param>
/// <param name="IsShared">Changed by an admin; taken back by who made the view.</param>
internal sealed record SavedViewPatch(
    [property: NotCleared, PlainText(100)] string? Name = null, [property: NotCleared, JsonObject(4_000)] JsonElement? Query = null,
    [property: NotCleared] bool? IsShared = null);

internal static class ListSavedViews
{
    private const string Order = "saved-views";

    public static async Task<Results<Ok<Page<SavedViewItem>>, ProblemHttpResult>> Handle(
        [FromQuery(Name = "list")] string? list, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "cursor")] string? cursor, Actor actor,
        HttpContext context, TenantSession session, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(cursor, Order);
        if (list is null || !WireNames.TryParse<ListName>(list, out _))
        {
            values.Refuse("list");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        var found = await ReadAsync(session, actor, list!, after, most + 1, cancellationToken);
        var page = found.Take(most).ToList();
        var next = found.Count > most ? new Cursor(Order, page[^1].Name, page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<SavedViewItem>(page, next));
    }

    // Read with every page of a list. Row security leaves one's own and the shared ones.
    private static async Task<List<SavedViewItem>> ReadAsync(
        TenantSession session, Actor actor, string list, Cursor? after, int most, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch
        {
            BatchCommands =
            {
                new(
                    $"""
                    select id, name, query::text, is_shared, owner_user_id, version, created_at, updated_at from saved_views
                    where list = $1{(after is null ? "" : " and (name, id) > ($3, $4)")} order by name, id limit $2
                    """)
                { Parameters = { Statement.Text(list), Statement.Int(most) } },
            },
        };
        if (after is not null)
        {
            batch.BatchCommands[0].Parameters.Add(Statement.Text(after.Key));
            batch.BatchCommands[0].Parameters.Add(Statement.Uuid(after.Id));
        }

        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var views = new List<SavedViewItem>();
        while (await reader.ReadAsync(cancellationToken))
        {
            views.Add(new SavedViewItem(
                reader.GetGuid(0), WireNames.Parse<ListName>(list), reader.GetString(1), JsonElement.Parse(reader.GetString(2)), reader.GetBoolean(3),
                reader.GetGuid(4) == actor.UserId, reader.GetInt32(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return views;
    }
}

internal static class AddSavedView
{
    public static async Task<Results<Created<SavedViewItem>, ProblemHttpResult>> Handle(
        AddSavedViewRequest request, Actor actor, HttpContext context, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (request.IsShared && !actor.IsAdmin)
        {
            return Problems.Of(Problems.Forbidden);
        }

        var now = clock.Now();
        var view = new SavedView
        {
            Id = Guid.CreateVersion7(now),
            TenantId = actor.TenantId!.Value,
            List = request.List,
            Name = request.Name.Trim(),
            Query = request.Query.GetRawText(),
            IsShared = request.IsShared,
            OwnerUserId = actor.UserId,
        };
        db.Add(view);
        if (await SavedViewEndpoints.SaveAsync(db, view, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        IfMatch.WriteTag(context, view.Version);
        return TypedResults.Created($"/api/saved-views/{view.Id}", SavedViewItem.From(view, actor));
    }
}

internal static class ChangeSavedView
{
    public static async Task<Results<Ok<SavedViewItem>, ProblemHttpResult>> Handle(
        string id, Patch<SavedViewPatch> patch, [FromHeader(Name = IfMatch.Header)] string? version, Actor actor, HttpContext context, PanoramaDbContext db,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var (view, refusal) = await SavedViewEndpoints.FindAsync(id, version, actor, db, cancellationToken);
        if (view is null)
        {
            return refusal!;
        }

        // Somebody's view is made public by an admin alone, and private again by its owner alone: to others it would vanish.
        if (patch.Body.IsShared is { } shared && shared != view.IsShared && !(shared ? actor.IsAdmin : view.OwnerUserId == actor.UserId))
        {
            return Problems.Of(Problems.Forbidden);
        }

        view.Name = patch.Body.Name?.Trim() ?? view.Name;
        view.Query = patch.Body.Query?.GetRawText() ?? view.Query;
        view.IsShared = patch.Body.IsShared ?? view.IsShared;
        view.Version++;
        view.UpdatedAt = clock.Now();
        if (await SavedViewEndpoints.SaveAsync(db, view, cancellationToken) is { } taken)
        {
            return taken;
        }

        IfMatch.WriteTag(context, view.Version);
        return TypedResults.Ok(SavedViewItem.From(view, actor));
    }
}

internal static class DeleteSavedView
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, [FromHeader(Name = IfMatch.Header)] string? version, Actor actor, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        var (view, refusal) = await SavedViewEndpoints.FindAsync(id, version, actor, db, cancellationToken);
        if (view is null)
        {
            return refusal!;
        }

        db.Remove(view);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
