using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Inspections;

/// <summary>Gives a checklist its items and keeps each form it had. Saves nothing: the caller's change and this are one.</summary>
internal static class TemplatePublisher
{
    /// <summary>The first form of a template that is added.</summary>
    public static void Publish(PanoramaDbContext db, InspectionTemplate template, IReadOnlyList<TemplateItem> items, DateTimeOffset now)
    {
        db.Add(template);
        AddVersion(db, template, AddItems(db, template, items, now), template.CreatedByUserId, now);
    }

    /// <summary>Replaces what a run would copy, where it asks something else than before.</summary>
    /// <param name="template">Tracked, with its new name and description already.</param>
    /// <param name="before">Its content as it is stored.</param>
    /// <param name="items">All of them in their order; other ones than before get other ids.</param>
    /// <returns>Whether the items are other ones than before.</returns>
    public static async Task<bool> RepublishAsync(
        PanoramaDbContext db, InspectionTemplate template, TemplateContent before, IReadOnlyList<TemplateItem> items, Guid byUserId, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (before.AsksTheSame(new TemplateContent(template.Name, template.Description, items)))
        {
            return false;
        }

        var hasOtherItems = !before.AsksTheSame(before with { Items = items });
        var kept = before.Items;
        if (hasOtherItems)
        {
            await db.InspectionTemplateItems.Where(i => i.TemplateId == template.Id).ExecuteDeleteAsync(cancellationToken);
            kept = AddItems(db, template, items, now);
        }

        template.ContentVersion++;
        AddVersion(db, template, kept, byUserId, now);
        return hasOtherItems;
    }

    /// <summary>What the template asks now; rows of its items are read.</summary>
    public static async Task<TemplateContent> ReadAsync(PanoramaDbContext db, InspectionTemplate template, CancellationToken cancellationToken)
    {
        var items = await db.InspectionTemplateItems.AsNoTracking().Where(i => i.TemplateId == template.Id).OrderBy(i => i.Position).ToListAsync(cancellationToken);
        return new TemplateContent(template.Name, template.Description, items.ConvertAll(TemplateItem.Of));
    }

    private static List<TemplateItem> AddItems(PanoramaDbContext db, InspectionTemplate template, IReadOnlyList<TemplateItem> items, DateTimeOffset now)
    {
        var numbered = items.Select(i => i with { Id = Guid.CreateVersion7(now) }).ToList();
        db.AddRange(numbered.Select((item, position) => new InspectionTemplateItem
        {
            Id = item.Id,
            TenantId = template.TenantId,
            TemplateId = template.Id,
            Position = position,
            Label = item.Label,
            ItemType = item.ItemType,
            Required = item.Required,
            PhotoRequired = item.PhotoRequired,
            MinValue = item.MinValue,
            MaxValue = item.MaxValue,
            HelpText = item.HelpText,
            Severity = item.Severity,
            CreatedAt = now,
            UpdatedAt = now,
        }));
        return numbered;
    }

    private static void AddVersion(PanoramaDbContext db, InspectionTemplate template, IReadOnlyList<TemplateItem> items, Guid byUserId, DateTimeOffset now) =>
        db.Add(new InspectionTemplateVersion
        {
            TenantId = template.TenantId,
            TemplateId = template.Id,
            Number = template.ContentVersion,
            Content = new TemplateContent(template.Name, template.Description, items).ToJson(),
            ItemCount = items.Count,
            PublishedByUserId = byUserId,
            PublishedAt = now,
        });
}
