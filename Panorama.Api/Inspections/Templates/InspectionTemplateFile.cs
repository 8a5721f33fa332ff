using System.ComponentModel.DataAnnotations;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Input;
using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Templates;

/// <summary>A checklist as a file: without ids, so that another organisation or installation takes it.</summary>
/// <param name="Format">`panorama.checklist`.</param>
/// <param name="FormatVersion">1. Another number is another form, which is refused.</param>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="CategoryKind">The kind of what it is for.</param>
/// <param name="CategoryName">Of the one category of that kind that it is for; null where it is for all of the kind.</param>
/// <param name="DisplayOrder">0 to 10,000.</param>
/// <param name="Items">In their order, 1 to 50.</param>
public sealed record InspectionTemplateFile(
    string Format,
    int FormatVersion,
    [property: PlainText(InspectionTemplate.MaxName)] string Name,
    CategoryKind CategoryKind,
    IReadOnlyList<InspectionTemplateItemBody> Items,
    [property: PlainText(InspectionTemplate.MaxDescription, Multiline = true)] string? Description = null,
    [property: PlainText(NameRules.MaxLength)] string? CategoryName = null,
    [property: Range(0, InspectionTemplate.MaxDisplayOrder)] int DisplayOrder = 0)
{
    internal const string KnownFormat = "panorama.checklist";
    internal const int KnownVersion = 1;
}
