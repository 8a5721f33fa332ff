using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Templates;

/// <summary>A form that a checklist had.</summary>
/// <param name="Number">From 1; the largest is what is asked now.</param>
public sealed record TemplateVersionItem(int Number, int ItemCount, Guid PublishedByUserId, string PublishedByName, DateTimeOffset PublishedAt);

/// <summary>A form that a checklist had, whole.</summary>
/// <param name="Number">From 1; the largest is what is asked now.</param>
public sealed record TemplateVersionResponse(
    int Number, Guid PublishedByUserId, DateTimeOffset PublishedAt, string Name, string? Description, IReadOnlyList<InspectionTemplateItemResponse> Items);

internal static class TemplateVersions
{
    private const string Order = "template-versions";

    public static async Task<Results<Ok<Page<TemplateVersionItem>>, ProblemHttpResult>> ListAsync(
        string id, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "cursor")] string? cursor, HttpContext context, PanoramaDbContext db,
        CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var most = values.Integer("limit", limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var before = int.MaxValue;
        if (values.Cursor(cursor, Order) is { } after && !int.TryParse(after.Key, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            values.Refuse("cursor");
        }

        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var templateId) || !await db.InspectionTemplates.AnyAsync(t => t.Id == templateId, cancellationToken))
        {
            return Problems.Of(Problems.InspectionTemplateNotFound);
        }

        var found = await (
            from version in db.InspectionTemplateVersions
            join user in db.Users on version.PublishedByUserId equals user.Id
            where version.TemplateId == templateId && version.Number < before
            orderby version.Number descending
            select new TemplateVersionItem(version.Number, version.ItemCount, version.PublishedByUserId, user.DisplayName, version.PublishedAt))
            .Take(most + 1).ToListAsync(cancellationToken);
        var page = found.Take(most).ToList();
        var next = found.Count > most ? new Cursor(Order, page[^1].Number.ToString(CultureInfo.InvariantCulture), templateId).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<TemplateVersionItem>(page, next));
    }

    public static async Task<Results<Ok<TemplateVersionResponse>, ProblemHttpResult>> GetAsync(
        string id, string number, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var templateId) || !await db.InspectionTemplates.AnyAsync(t => t.Id == templateId, cancellationToken))
        {
            return Problems.Of(Problems.InspectionTemplateNotFound);
        }

        if (await FindAsync(db, templateId, number, cancellationToken) is not { } version)
        {
            return Problems.Of(Problems.TemplateVersionNotFound);
        }

        var content = TemplateContent.FromJson(version.Content);
        return TypedResults.Ok(new TemplateVersionResponse(
            version.Number, version.PublishedByUserId, version.PublishedAt, content.Name, content.Description, [.. content.Items.Select(InspectionTemplateItemResponse.From)]));
    }

    public static async Task<Results<Ok<InspectionTemplateResponse>, ProblemHttpResult>> PublishAsync(
        string id, string number, [FromHeader(Name = IfMatch.Header)] string? ifMatch, HttpContext context, Actor actor, PanoramaDbContext db, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (template, refusal) = await ChangeTemplate.FindAsync(db, id, ifMatch, cancellationToken);
        if (template is null)
        {
            return refusal!;
        }

        if (await FindAsync(db, template.Id, number, cancellationToken) is not { } version)
        {
            return Problems.Of(Problems.TemplateVersionNotFound);
        }

        var before = await TemplatePublisher.ReadAsync(db, template, cancellationToken);
        var content = TemplateContent.FromJson(version.Content);
        (template.Name, template.Description) = (content.Name, content.Description);
        return await ChangeTemplate.SaveAsync(context, db, template, before, content.Items, actor.UserId, clock.Now(), cancellationToken);
    }

    private static async Task<InspectionTemplateVersion?> FindAsync(PanoramaDbContext db, Guid templateId, string number, CancellationToken cancellationToken) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
            ? await db.InspectionTemplateVersions.AsNoTracking().FirstOrDefaultAsync(v => v.TemplateId == templateId && v.Number == wanted, cancellationToken)
            : null;
}
