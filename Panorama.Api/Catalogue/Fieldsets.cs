using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using Panorama.Core.Data;

namespace Panorama.Api.Catalogue;

/// <summary>The custom fields that a model's assets have, in the order of the form.</summary>
/// <param name="Uses">Models with it, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record FieldsetItem(
    Guid Id, string Name, IReadOnlyList<FieldsetFieldItem> Fields, int? Uses, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <summary>A field of a set.</summary>
public sealed record FieldsetFieldItem(Guid FieldId, string Name, CustomFieldType Type, bool Required);

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="FieldIds">All fields of the set in their order; at most 100.</param>
internal sealed record FieldsetBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: NotCleared, MaxLength(100)] IReadOnlyList<Guid>? FieldIds = null) : ICatalogueBody;

internal sealed class Fieldsets() : CatalogueKind<Fieldset, FieldsetBody, FieldsetItem>("Fieldset", "Fieldsets")
{
    protected override Expression<Func<Fieldset, FieldsetItem>> Show(PanoramaDbContext db, bool withUses) => s => new FieldsetItem(
        s.Id, s.Name,
        (from member in db.FieldsetFields
         join field in db.CustomFields on member.FieldId equals field.Id
         where member.FieldsetId == s.Id
         orderby member.Position, field.Id
         select new FieldsetFieldItem(field.Id, field.Name, field.Type, field.Required)).ToList(),
        withUses ? db.AssetModels.Where(m => m.FieldsetId == s.Id).Take(CountedUpTo).Count() : null, s.Version, s.CreatedAt, s.UpdatedAt, s.ArchivedAt);

    protected override Fieldset Make(Guid id, Guid tenantId, FieldsetBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name! };

    protected override void Apply(Fieldset row, Patch<FieldsetBody> patch)
    {
        // The fields are rows of their own: CheckAsync.
    }

    protected override async Task<ProblemHttpResult?> CheckAsync(CatalogueEdit<Fieldset, FieldsetBody> edit, CancellationToken cancellationToken)
    {
        var (db, row) = (edit.Db, edit.Row);
        if (edit.Patch!.Body.FieldIds is not { } wanted)
        {
            return null;
        }

        if (wanted.Distinct().Count() < wanted.Count)
        {
            return Problems.Members(("fieldIds", FieldError.Repeated));
        }

        var stored = await db.FieldsetFields.Where(f => f.FieldsetId == row.Id).OrderBy(f => f.Position).ToListAsync(cancellationToken);
        var before = stored.Select(f => f.FieldId).ToList();
        if (before.SequenceEqual(wanted))
        {
            return null;
        }

        // What is in the set already may be archived; what is added may not.
        var added = wanted.Except(before).ToList();
        if (await db.CustomFields.CountAsync(f => added.Contains(f.Id) && f.ArchivedAt == null, cancellationToken) < added.Count)
        {
            return Problems.Members(("fieldIds", FieldError.NotFound));
        }

        db.RemoveRange(stored.Where(f => !wanted.Contains(f.FieldId)));
        for (var position = 0; position < wanted.Count; position++)
        {
            if (stored.Find(f => f.FieldId == wanted[position]) is { } known)
            {
                known.Position = position;
            }
            else
            {
                db.Add(new FieldsetField { TenantId = row.TenantId, FieldsetId = row.Id, FieldId = wanted[position], Position = position });
            }
        }

        edit.Add(AuditChange.Of("fieldIds", before.Select(f => f.ToString()), wanted.Select(f => f.ToString())));
        return null;
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("models", db.AssetModels.Where(m => m.FieldsetId == id))];
}
