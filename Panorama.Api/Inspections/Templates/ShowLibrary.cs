using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Templates;

/// <summary>Checklists to begin with, in the order in which they are offered.</summary>
public sealed record TemplateLibraryResponse(IReadOnlyList<TemplateLibraryItem> Items);

/// <summary>A checklist to begin with: what `POST /api/inspection-templates` takes, in the language that was asked for.</summary>
/// <param name="Key">Names it; never changes.</param>
/// <param name="SourceTitle">The rule that lists what is asked, as it is cited; null where the list is ours.</param>
/// <param name="SourceUrl">Where that rule is published.</param>
public sealed record TemplateLibraryItem(
    string Key, string? SourceTitle, Uri? SourceUrl, string Name, string? Description, CategoryKind CategoryKind, IReadOnlyList<InspectionTemplateItemBody> Items);

internal static class ShowLibrary
{
    public static Results<Ok<TemplateLibraryResponse>, ProblemHttpResult> Handle([FromQuery(Name = "locale")] string? locale)
    {
        var language = locale switch { null or "en" => "en", "pt-br" => "pt-BR", "es" => "es", _ => null };
        return language is null ? Problems.Query("locale") : TypedResults.Ok(new TemplateLibraryResponse([.. TemplateLibrary.All.Select(t => Show(t, language))]));
    }

    private static TemplateLibraryItem Show(LibraryTemplate template, string language)
    {
        var content = template.In(language);
        return new TemplateLibraryItem(
            template.Key, template.Source?.Title, template.Source?.Url, content.Name, content.Description, template.CategoryKind,
            [.. content.Items.Select(InspectionTemplateItemBody.From)]);
    }
}
