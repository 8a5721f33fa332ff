using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Input;
using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Templates;

/// <param name="Name">1 to 200 characters; needed when one is made.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="CategoryKind">A checklist is for a kind of categories or for one category, and not both: whoever changes one clears the other.</param>
/// <param name="CategoryId">Of a category that may be archived.</param>
/// <param name="DisplayOrder">0 to 10,000; 0 where none is given.</param>
/// <param name="Items">All of them in their order, 1 to 50; needed when one is made.</param>
internal sealed record InspectionTemplateBody(
    [property: NotCleared, PlainText(InspectionTemplate.MaxName)] string? Name = null,
    [property: PlainText(InspectionTemplate.MaxDescription, Multiline = true)] string? Description = null,
    CategoryKind? CategoryKind = null,
    Guid? CategoryId = null,
    [property: NotCleared, System.ComponentModel.DataAnnotations.Range(0, InspectionTemplate.MaxDisplayOrder)] int? DisplayOrder = null,
    [property: NotCleared] IReadOnlyList<InspectionTemplateItemBody>? Items = null);

/// <param name="Label">1 to 200 characters.</param>
/// <param name="MinValue">Of a number alone; the bound itself is good.</param>
/// <param name="MaxValue">Of a number alone; the bound itself is good.</param>
/// <param name="HelpText">At most 1,000 characters.</param>
/// <param name="Severity">Of a yes-or-no alone: what the answer no opens at the asset; nothing where it is null.</param>
public sealed record InspectionTemplateItemBody(
    string? Label = null, InspectionItemType? ItemType = null, bool Required = false, bool PhotoRequired = false, double? MinValue = null, double? MaxValue = null,
    string? HelpText = null, DefectSeverity? Severity = null)
{
    internal static InspectionTemplateItemBody From(TemplateItem item) => new(
        item.Label, item.ItemType, item.Required, item.PhotoRequired, item.MinValue, item.MaxValue, item.HelpText, item.Severity);

    internal TemplateItem ToItem() => new(default, Label!, ItemType!.Value, Required, PhotoRequired, MinValue, MaxValue, HelpText, Severity);
}

/// <summary>What a sent checklist has to be: first each member for itself, then what holds between them.</summary>
internal static class TemplateRules
{
    /// <summary>Null when the items may be kept.</summary>
    public static ProblemHttpResult? Refuse(IReadOnlyList<InspectionTemplateItemBody> items)
    {
        if (items.Count == 0)
        {
            return Problems.Of(Problems.ItemsTooFew);
        }

        if (items.Count > InspectionTemplate.MaxItems)
        {
            return Problems.Of(Problems.ItemsTooMany);
        }

        if (items.SelectMany(Errors).ToArray() is [_, ..] errors)
        {
            return Problems.Members(errors);
        }

        return items.Index().Select(i => RefuseBounds(i.Item, i.Index)).FirstOrDefault(r => r is not null);
    }

    /// <summary>What was sent of the scope, for itself and with what is stored.</summary>
    public static ProblemHttpResult? RefuseScope(Patch<InspectionTemplateBody> patch, InspectionTemplate? stored)
    {
        var body = patch.Body;
        if (stored is not null && !patch.Has(nameof(body.CategoryKind)) && !patch.Has(nameof(body.CategoryId)))
        {
            return null;
        }

        var kind = patch.Or(nameof(body.CategoryKind), body.CategoryKind, stored?.CategoryKind);
        var category = patch.Or(nameof(body.CategoryId), body.CategoryId, stored?.CategoryId);
        return IsOne(body.CategoryKind, body.CategoryId) && IsOne(kind, category) ? null : Problems.Of(Problems.ScopeExclusive);
    }

    /// <summary>Whoever copies it would not get it stored.</summary>
    public static ProblemHttpResult? RefuseSize(string name, string? description, IReadOnlyList<TemplateItem> items) =>
        new TemplateContent(name, description, items).IsTooLarge ? Problems.Of(Problems.TemplateTooLarge, Problems.Args(("maxBytes", TemplateContent.MaxBytes))) : null;

    private static ProblemHttpResult? RefuseBounds(InspectionTemplateItemBody item, int index) =>
        item.ItemType != InspectionItemType.Number && (item.MinValue ?? item.MaxValue) is not null
            ? Problems.Of(Problems.BoundsOfNumbers, Problems.Args(("path", At(index, item.MinValue is null ? ".maxValue" : ".minValue"))))
            : item.MinValue > item.MaxValue ? Problems.Of(Problems.BoundsOrdered, Problems.Args(("path", At(index, ".minValue"))))
            : null;

    private static bool IsOne(CategoryKind? kind, Guid? category) => kind is null != category is null;

    private static IEnumerable<(string Member, FieldError Error)> Errors(InspectionTemplateItemBody? item, int index)
    {
        if (item is null)
        {
            yield return (At(index, ""), FieldError.WrongForm);
            yield break;
        }

        if (OfText(item.Label, TemplateItem.MaxLabel, isNote: false) is { } label)
        {
            yield return (At(index, ".label"), label);
        }

        if (item.ItemType is null)
        {
            yield return (At(index, ".itemType"), FieldError.Required);
        }

        if (item.HelpText is not null && OfText(item.HelpText, TemplateItem.MaxHelpText, isNote: true) is { } help)
        {
            yield return (At(index, ".helpText"), help);
        }

        if (item.MinValue is { } min && !double.IsFinite(min))
        {
            yield return (At(index, ".minValue"), FieldError.OutOfRange);
        }

        if (item.MaxValue is { } max && !double.IsFinite(max))
        {
            yield return (At(index, ".maxValue"), FieldError.OutOfRange);
        }

        if (item.Severity is not null && item.ItemType is not (null or InspectionItemType.Boolean))
        {
            yield return (At(index, ".severity"), FieldError.NotAvailable);
        }
    }

    private static FieldError? OfText(string? text, int max, bool isNote) =>
        text is null ? FieldError.Required
        : text.Length > max ? FieldError.TooLong
        : string.IsNullOrWhiteSpace(text) ? FieldError.TooShort
        : !PlainText.IsStorable(text, isNote) ? FieldError.NotText
        : null;

    private static string At(int index, string member) => string.Create(CultureInfo.InvariantCulture, $"items[{index}]{member}");
}
