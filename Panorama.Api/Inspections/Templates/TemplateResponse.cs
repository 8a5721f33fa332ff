using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Templates;

/// <summary>A checklist with its items.</summary>
/// <param name="CategoryKind">Every asset of this kind; null where it is for one category.</param>
/// <param name="CategoryId">Every asset of this category; null where it is for a kind.</param>
/// <param name="DisplayOrder">Its place in the launcher, from 0 to 10,000.</param>
/// <param name="ContentVersion">Grows with name, description and items: a run that copied an older one is asked something else.</param>
/// <param name="Version">What `If-Match` names in an edit; also the ETag.</param>
public sealed record InspectionTemplateResponse(
    Guid Id, Guid TenantId, string Name, string? Description, CategoryKind? CategoryKind, Guid? CategoryId, int DisplayOrder, DateTimeOffset? ArchivedAt,
    Guid CreatedByUserId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int ContentVersion, int Version, IReadOnlyList<InspectionTemplateItemResponse> Items);

/// <summary>One item of a checklist.</summary>
/// <param name="Id">Of the item in this version; an edit gives each another.</param>
/// <param name="Position">From 0, without gaps.</param>
/// <param name="MinValue">Of a number alone; the bound itself is good.</param>
/// <param name="MaxValue">Of a number alone; the bound itself is good.</param>
/// <param name="Severity">What the answer no opens at the asset; null opens nothing.</param>
public sealed record InspectionTemplateItemResponse(
    Guid Id, int Position, string Label, InspectionItemType ItemType, bool Required, bool PhotoRequired, double? MinValue, double? MaxValue, string? HelpText,
    DefectSeverity? Severity)
{
    internal static InspectionTemplateItemResponse From(TemplateItem item, int position) => new(
        item.Id, position, item.Label, item.ItemType, item.Required, item.PhotoRequired, item.MinValue, item.MaxValue, item.HelpText, item.Severity);
}

internal static class TemplateReader
{
    public static Expression<Func<InspectionTemplate, InspectionTemplateResponse>> Show(PanoramaDbContext db) => t => new InspectionTemplateResponse(
        t.Id, t.TenantId, t.Name, t.Description, t.CategoryKind, t.CategoryId, t.DisplayOrder, t.ArchivedAt, t.CreatedByUserId, t.CreatedAt, t.UpdatedAt,
        t.ContentVersion, t.Version,
        db.InspectionTemplateItems.Where(i => i.TemplateId == t.Id).OrderBy(i => i.Position)
            .Select(i => new InspectionTemplateItemResponse(
                i.Id, i.Position, i.Label, i.ItemType, i.Required, i.PhotoRequired, i.MinValue, i.MaxValue, i.HelpText, i.Severity)).ToList());

    /// <summary>Null where the tenant has no such template.</summary>
    public static Task<InspectionTemplateResponse?> ReadAsync(PanoramaDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.InspectionTemplates.AsNoTracking().Where(t => t.Id == id).Select(Show(db)).FirstOrDefaultAsync(cancellationToken);

    /// <summary>The row, held until the end of the transaction: of two edits at once the second sees what the first made.</summary>
    public static async Task<InspectionTemplate?> LockAsync(PanoramaDbContext db, string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var templateId)
            ? (await db.InspectionTemplates.FromSql($"select * from inspection_templates where id = {templateId} for no key update").AsTracking().ToListAsync(cancellationToken)).SingleOrDefault()
            : null;
}
