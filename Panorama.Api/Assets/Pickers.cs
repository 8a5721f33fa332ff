using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

#pragma warning disable CA1304, CA1311, CA1862, MA0011 // these become lower() in SQL

/// <summary>Something with a name to choose.</summary>
public sealed record NamedOption(Guid Id, string Name);

/// <summary>A category to choose.</summary>
public sealed record CategoryOption(Guid Id, string Name, CategoryKind Kind);

/// <summary>A model to choose; names are not unique.</summary>
public sealed record AssetModelOption(Guid Id, string Name, string? ModelNumber, Guid CategoryId, string CategoryName, string? ManufacturerName);

/// <summary>A place to choose.</summary>
public sealed record LocationOption(Guid Id, string Name, Guid? ParentId);

/// <summary>A status label to choose.</summary>
public sealed record StatusLabelOption(Guid Id, string Name, StatusLabelType Type, string? Color, AssetStatus MapsTo);

/// <summary>A field the organisation added to its assets.</summary>
public sealed record CustomFieldOption(Guid Id, string Name, CustomFieldType Type, bool Searchable, bool ShowInList);

/// <param name="Q">Part of the name, without case. Empty is as absent.</param>
/// <param name="Limit">1 to 200, 50 when absent.</param>
/// <param name="Cursor">`nextCursor` of the page before.</param>
internal sealed record PickerQuery(
    [FromQuery(Name = "q")] string? Q, [FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor);

/// <summary>The catalogue as lists to choose from, by name. What is archived is not offered.</summary>
internal static class Pickers
{
    private const int MaxQuery = 200;

    public static Task<Results<Ok<Page<CategoryOption>>, ProblemHttpResult>> Categories(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "categories", query, context,
        db.Categories.Where(c => c.ArchivedAt == null).Select(c => new PickerRow<CategoryOption>
        {
            Id = c.Id,
            Name = c.Name,
            Item = new CategoryOption(c.Id, c.Name, c.Kind),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<AssetModelOption>>, ProblemHttpResult>> AssetModels(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "asset-models", query, context,
        db.AssetModels.Where(m => m.ArchivedAt == null).Select(m => new PickerRow<AssetModelOption>
        {
            Id = m.Id,
            Name = m.Name,
            Item = new AssetModelOption(m.Id, m.Name, m.ModelNumber, m.CategoryId, m.Category!.Name, m.Manufacturer!.Name),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<LocationOption>>, ProblemHttpResult>> Locations(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "locations", query, context,
        db.Locations.Where(l => l.ArchivedAt == null).Select(l => new PickerRow<LocationOption>
        {
            Id = l.Id,
            Name = l.Name,
            Item = new LocationOption(l.Id, l.Name, l.ParentId),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<NamedOption>>, ProblemHttpResult>> Manufacturers(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "manufacturers", query, context,
        db.Manufacturers.Where(m => m.ArchivedAt == null).Select(m => new PickerRow<NamedOption>
        {
            Id = m.Id,
            Name = m.Name,
            Item = new NamedOption(m.Id, m.Name),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<NamedOption>>, ProblemHttpResult>> Suppliers(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "suppliers", query, context,
        db.Suppliers.Where(s => s.ArchivedAt == null).Select(s => new PickerRow<NamedOption>
        {
            Id = s.Id,
            Name = s.Name,
            Item = new NamedOption(s.Id, s.Name),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<NamedOption>>, ProblemHttpResult>> Companies(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "companies", query, context,
        db.Companies.Where(c => c.ArchivedAt == null).Select(c => new PickerRow<NamedOption>
        {
            Id = c.Id,
            Name = c.Name,
            Item = new NamedOption(c.Id, c.Name),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<StatusLabelOption>>, ProblemHttpResult>> StatusLabels(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "status-labels", query, context,
        db.StatusLabels.Where(l => l.ArchivedAt == null).Select(l => new PickerRow<StatusLabelOption>
        {
            Id = l.Id,
            Name = l.Name,
            Item = new StatusLabelOption(l.Id, l.Name, l.Type, l.Color, l.MapsTo),
        }),
        cancellationToken);

    public static Task<Results<Ok<Page<CustomFieldOption>>, ProblemHttpResult>> CustomFields(
        [AsParameters] PickerQuery query, HttpContext context, PanoramaDbContext db, CancellationToken cancellationToken) => PageAsync(
        "custom-fields", query, context,
        db.CustomFields.Where(f => f.ArchivedAt == null).Select(f => new PickerRow<CustomFieldOption>
        {
            Id = f.Id,
            Name = f.Name,
            Item = new CustomFieldOption(f.Id, f.Name, f.Type, f.Searchable, f.ShowInList),
        }),
        cancellationToken);

    private static async Task<Results<Ok<Page<T>>, ProblemHttpResult>> PageAsync<T>(
        string order, PickerQuery query, HttpContext context, IQueryable<PickerRow<T>> rows, CancellationToken cancellationToken)
    {
        var values = new QueryValues();
        var limit = values.Integer("limit", query.Limit, PageLinks.DefaultLimit, 1, PageLinks.MaxLimit);
        var after = values.Cursor(query.Cursor, order);
        var q = values.Text("q", query.Q, MaxQuery)?.Trim().ToLowerInvariant();
        if (values.Problem is { } problem)
        {
            return problem;
        }

        if (!string.IsNullOrEmpty(q))
        {
            rows = rows.Where(r => r.Name.ToLower().Contains(q));
        }

        if (after is not null)
        {
            rows = rows.Where(r => EF.Functions.GreaterThan(ValueTuple.Create(r.Name, r.Id), ValueTuple.Create(after.Key, after.Id)));
        }

        var found = await rows.OrderBy(r => r.Name).ThenBy(r => r.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? new Cursor(order, page[^1].Name, page[^1].Id).Encode() : null;
        PageLinks.Write(context, next);
        return TypedResults.Ok(new Page<T>([.. page.Select(r => r.Item)], next));
    }

    private sealed class PickerRow<T>
    {
        public required Guid Id { get; init; }
        public required string Name { get; init; }
        public required T Item { get; init; }
    }
}
