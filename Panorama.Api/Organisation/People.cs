using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Organisation;

#pragma warning disable CA1304, CA1311, CA1862, MA0011 // these become lower() in SQL

/// <summary>A member. Who may not add people sees the name alone, the rest is null.</summary>
/// <param name="Username">The name by which files call the person.</param>
/// <param name="Email">Null also for a person without one.</param>
public sealed record MemberItem(Guid UserId, string DisplayName, Guid? MembershipId, Role? Role, MembershipStatus? Status, string? Email, string? Username);

/// <param name="Q">Part of the name, without case and accents; for who may add people also of e-mail and username.</param>
/// <param name="Status">All but `removed` when absent.</param>
/// <param name="Role">All when absent.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record MembersQuery(
    [FromQuery(Name = "q")] string? Q, [FromQuery(Name = "status")] string? Status, [FromQuery(Name = "role")] string? Role,
    [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>Somebody who holds things and does not sign in.</summary>
/// <param name="DisplayName">1 to 200 characters.</param>
/// <param name="Username">A name by which files call the person; no credential.</param>
/// <param name="Email">A member with this address or username is taken instead of a new person. It stays in the organisation until the person has an account.</param>
public sealed record AddPersonRequest(
    [property: Required, MaxLength(200), PlainText(200)] string DisplayName,
    [property: PlainText(100)] string? FirstName = null,
    [property: PlainText(100)] string? LastName = null,
    [property: PlainText(100)] string? Username = null,
    [property: PlainText(254), RegularExpression("^[^@\\s]+@[^@\\s]+$")] string? Email = null);

/// <param name="Outcome">`created` or `existing`.</param>
public sealed record AddPersonResponse(Guid UserId, string DisplayName, string Outcome);

internal static class ListMembers
{
    private const string Order = "members";
    private const int MaxQuery = 200;

    public static async Task<Results<Ok<Page<MemberItem>>, ProblemHttpResult>> Handle(
        string tenantId, [AsParameters] MembersQuery query, Actor actor, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!OrganisationEndpoints.IsCurrent(tenantId, actor))
        {
            return Problems.Of(Problems.TenantMismatch);
        }

        var values = new QueryValues();
        var limit = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, Order);
        var q = SearchText.Fold(values.Text("q", query.Q, MaxQuery)).TrimStart();
        var status = values.OneOf("status", query.Status, v => WireNames.TryParse<MembershipStatus>(v, out var parsed) ? parsed : (MembershipStatus?)null);
        var role = values.OneOf("role", query.Role, v => WireNames.TryParse<Role>(v, out var parsed) && parsed != Role.System ? parsed : (Role?)null);
        if (values.Problem is { } problem)
        {
            return problem;
        }

        var all = actor.IsAdmin;
        var rows = db.Memberships.AsNoTracking().Where(m => m.Role != Role.System);
        rows = status is { } only ? rows.Where(m => m.Status == only) : rows.Where(m => m.Status != MembershipStatus.Removed);
        rows = role is { } wanted ? rows.Where(m => m.Role == wanted) : rows;
        var members = rows.Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { m, u });
        if (!string.IsNullOrEmpty(q))
        {
            members = members.Where(p => FoldedText.Of(p.u.DisplayName).Contains(q)
                || (all && (p.u.Email!.Contains(q) || p.m.Username!.Contains(q))));
        }

        if (after is not null)
        {
            members = members.Where(p => EF.Functions.GreaterThan(ValueTuple.Create(p.u.DisplayName, p.u.Id), ValueTuple.Create(after.Key, after.Id)));
        }

        var found = await members.OrderBy(p => p.u.DisplayName).ThenBy(p => p.u.Id).Take(limit + 1)
            .Select(p => new MemberItem(
                p.u.Id, p.u.DisplayName, all ? p.m.Id : null, all ? p.m.Role : null, all ? p.m.Status : null, all ? p.u.Email : null, all ? p.m.Username : null))
            .ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(Order, page[^1].DisplayName, page[^1].UserId).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<MemberItem>(page, next));
    }
}

internal static class AddPerson
{
    public static async Task<Results<Created<AddPersonResponse>, Ok<AddPersonResponse>, ProblemHttpResult>> Handle(
        string tenantId, AddPersonRequest request, Actor actor, PanoramaDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!OrganisationEndpoints.IsCurrent(tenantId, actor))
        {
            return Problems.Of(Problems.TenantMismatch);
        }

        var id = Guid.CreateVersion7(clock.Now());
        var added = await db.Database.SqlQuery<Added>(
            $"""
            select p.user_id, p.outcome, u.display_name
              from person_add({id}, {request.DisplayName.Trim()}, {request.FirstName?.Trim()}, {request.LastName?.Trim()}, {request.Email?.Trim()}, {request.Username?.Trim()}) p
              left join users u on u.id = p.user_id
            """).SingleAsync(cancellationToken);
        var response = new AddPersonResponse(added.UserId, added.DisplayName ?? request.DisplayName.Trim(), added.Outcome);
        return added.Outcome == "existing" ? TypedResults.Ok(response) : TypedResults.Created($"/api/tenants/{actor.TenantId}/memberships", response);
    }

    private sealed record Added(Guid UserId, string Outcome, string? DisplayName);
}
