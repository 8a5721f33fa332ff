using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Input;

namespace Panorama.Api.Catalogue;

/// <summary>A field that the organisation added to its assets.</summary>
/// <param name="Choices">Of a list; empty for other types.</param>
/// <param name="Pattern">Of a regex: what a value must match as a whole.</param>
/// <param name="DisplayCheckout">Asked for when an asset is lent.</param>
/// <param name="DisplayCheckin">Asked for when an asset is taken back.</param>
/// <param name="DisplayAudit">Stored and no more: no audit of stock asks for it yet.</param>
/// <param name="Uses">Sets it is in, 1001 for more than 1000; null when not asked for.</param>
/// <param name="Version">What `If-Match` names in an edit.</param>
/// <param name="ArchivedAt">Null while it may be chosen.</param>
public sealed record CustomFieldItem(
    Guid Id, string Name, CustomFieldType Type, IReadOnlyList<string> Choices, string? Pattern, bool Required, bool Unique, bool Searchable,
    bool Encrypted, bool ShowInList, bool DisplayCheckout, bool DisplayCheckin, bool DisplayAudit, int? Uses, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt) : ICatalogueItem;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="Type">Needed when one is made, and fixed from then on. `file` is not available.</param>
/// <param name="Encrypted">`true` is not available: protected values have no store yet.</param>
/// <param name="Choices">Of a list: 1 to 200, each 1 to 200 characters.</param>
/// <param name="Pattern">Of a regex, without look-around and back references.</param>
/// <param name="Unique">No two assets may have the same value. Fixed while an asset has a value.</param>
/// <param name="Searchable">The search finds its values. Fixed while an asset has a value.</param>
/// <param name="DisplayCheckout">Asks for it when an asset is lent: in the model's set, or of any asset whose model has none.</param>
/// <param name="DisplayCheckin">Asks for it when an asset is taken back, as `displayCheckout` does.</param>
/// <param name="DisplayAudit">Stored and no more: no audit of stock asks for it yet.</param>
internal sealed record CustomFieldBody(
    [property: NotCleared, PlainText(200)] string? Name = null,
    [property: NotCleared] CustomFieldType? Type = null,
    [property: NotCleared, MaxLength(200)] IReadOnlyList<string>? Choices = null,
    [property: PlainText(500)] string? Pattern = null,
    [property: NotCleared] bool? Required = null,
    [property: NotCleared] bool? Unique = null,
    [property: NotCleared] bool? Searchable = null,
    [property: NotCleared] bool? ShowInList = null,
    [property: NotCleared] bool? DisplayCheckout = null,
    [property: NotCleared] bool? DisplayCheckin = null,
    [property: NotCleared] bool? DisplayAudit = null,
    [property: NotCleared] bool? Encrypted = null) : ICatalogueBody;

internal sealed class CustomFields() : CatalogueKind<CustomField, CustomFieldBody, CustomFieldItem>("CustomField", "CustomFields")
{
    private const int MaxChoice = 200;

    protected override IReadOnlyList<string> Needed => ["name", "type"];

    protected override Expression<Func<CustomField, CustomFieldItem>> Show(PanoramaDbContext db, bool withUses) => f => new CustomFieldItem(
        f.Id, f.Name, f.Type, f.Choices, f.Pattern, f.Required, f.IsUnique, f.Searchable, f.Encrypted, f.ShowInList, f.DisplayCheckout, f.DisplayCheckin, f.DisplayAudit,
        withUses ? db.FieldsetFields.Where(s => s.FieldId == f.Id).Take(CountedUpTo).Count() : null, f.Version, f.CreatedAt, f.UpdatedAt, f.ArchivedAt);

    protected override CustomField Make(Guid id, Guid tenantId, CustomFieldBody body) => new() { Id = id, TenantId = tenantId, Name = body.Name!, Type = body.Type!.Value };

    protected override void Apply(CustomField row, Patch<CustomFieldBody> patch)
    {
        var body = patch.Body;
        row.Required = body.Required ?? row.Required;
        row.IsUnique = body.Unique ?? row.IsUnique;
        row.Searchable = body.Searchable ?? row.Searchable;
        row.ShowInList = body.ShowInList ?? row.ShowInList;
        row.DisplayCheckout = body.DisplayCheckout ?? row.DisplayCheckout;
        row.DisplayCheckin = body.DisplayCheckin ?? row.DisplayCheckin;
        row.DisplayAudit = body.DisplayAudit ?? row.DisplayAudit;
        var choices = body.Choices?.Select(c => c.Trim()).ToList() ?? row.Choices;
        var pattern = patch.Or(nameof(body.Pattern), body.Pattern, row.Pattern);
        if (!choices.SequenceEqual(row.Choices) || pattern != row.Pattern)
        {
            row.SetOptions(choices, pattern);
        }
    }

    protected override async Task<ProblemHttpResult?> CheckAsync(CatalogueEdit<CustomField, CustomFieldBody> edit, CancellationToken cancellationToken)
    {
        var (db, row) = (edit.Db, edit.Row);
        if (Find(edit).ToArray() is [_, ..] errors)
        {
            return Problems.Members(errors);
        }

        // Values are copied beside the asset, and into its search text, when they are written.
        var moves = !edit.IsNew && (edit.Changes(nameof(row.IsUnique)) || edit.Changes(nameof(row.Searchable)));
        return moves && await WithValue(db, row.Id).Take(CountedUpTo).CountAsync(cancellationToken) is var assets and > 0
            ? Problems.Of(Problems.InUse, Problems.Args(("assets", assets)))
            : null;
    }

    protected override IEnumerable<(string What, IQueryable<object> Rows)> References(PanoramaDbContext db, Guid id) =>
        [("fieldsets", db.FieldsetFields.Where(s => s.FieldId == id)), ("assets", WithValue(db, id))];

    private static IQueryable<Asset> WithValue(PanoramaDbContext db, Guid id)
    {
        var key = id.ToString();
        return db.Assets.Where(a => EF.Functions.JsonExists(a.CustomFields, key));
    }

    private static IEnumerable<(string Member, FieldError Error)> Find(CatalogueEdit<CustomField, CustomFieldBody> edit)
    {
        var (row, body) = (edit.Row, edit.Patch!.Body);
        var isList = row.Type is CustomFieldType.List or CustomFieldType.MultiList;
        if (body.Type is { } type && type != row.Type)
        {
            yield return ("type", FieldError.NotChangeable);
        }
        else if (edit.IsNew && row.Type == CustomFieldType.File)
        {
            yield return ("type", FieldError.NotAvailable);
        }

        if (body.Encrypted is { } encrypted && encrypted != row.Encrypted)
        {
            yield return ("encrypted", edit.IsNew ? FieldError.NotAvailable : FieldError.NotChangeable);
        }

        if (isList && row.Choices.Count == 0)
        {
            yield return ("choices", FieldError.Required);
        }
        else if (!isList && body.Choices is { Count: > 0 })
        {
            yield return ("choices", FieldError.NotAvailable);
        }
        else if (row.Choices.FirstOrDefault(c => c.Length is 0 or > MaxChoice || !PlainText.IsStorable(c, isNote: false)) is { } wrong)
        {
            yield return ("choices", wrong.Length == 0 ? FieldError.TooShort : wrong.Length > MaxChoice ? FieldError.TooLong : FieldError.NotText);
        }
        else if (row.Choices.Distinct(StringComparer.OrdinalIgnoreCase).Count() < row.Choices.Count)
        {
            yield return ("choices", FieldError.Repeated);
        }

        if (row.Type == CustomFieldType.Regex && row.Pattern is null)
        {
            yield return ("pattern", FieldError.Required);
        }
        else if (row.Type != CustomFieldType.Regex && body.Pattern is not null)
        {
            yield return ("pattern", FieldError.NotAvailable);
        }
        else if (row.Pattern is { } pattern && !CustomField.IsPattern(pattern))
        {
            yield return ("pattern", FieldError.WrongForm);
        }

        if (row.IsUnique && row.Type is CustomFieldType.Boolean or CustomFieldType.Textarea or CustomFieldType.MultiList or CustomFieldType.File)
        {
            yield return ("unique", FieldError.NotAvailable);
        }
    }
}
