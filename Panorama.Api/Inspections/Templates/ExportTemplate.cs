using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Panorama.Api.Http;
using Panorama.Core.Data;
using Panorama.Core.Inspections;

namespace Panorama.Api.Inspections.Templates;

internal static class ExportTemplate
{
    private const int MaxNameInFile = 60;

    private static readonly JsonSerializerOptions Json = Options();

    public static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(string id, PanoramaDbContext db, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var templateId)
            || await db.InspectionTemplates.AsNoTracking().FirstOrDefaultAsync(t => t.Id == templateId, cancellationToken) is not { } template)
        {
            return Problems.Of(Problems.InspectionTemplateNotFound);
        }

        var category = template.CategoryId is null ? null : await db.Categories.AsNoTracking().FirstAsync(c => c.Id == template.CategoryId, cancellationToken);
        var content = await TemplatePublisher.ReadAsync(db, template, cancellationToken);
        var file = new InspectionTemplateFile(
            InspectionTemplateFile.KnownFormat, InspectionTemplateFile.KnownVersion, template.Name, category?.Kind ?? template.CategoryKind!.Value,
            [.. content.Items.Select(InspectionTemplateItemBody.From)], template.Description, category?.Name, template.DisplayOrder);
        return TypedResults.File(JsonSerializer.SerializeToUtf8Bytes(file, Json), "application/json", FileName(template.Name));
    }

    /// <summary>pre-trip-van.json</summary>
    private static string FileName(string name)
    {
        var plain = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                plain.Append(letter);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && plain is [.., not '-'])
            {
                plain.Append('-');
            }
        }

        var text = plain.ToString(0, Math.Min(plain.Length, MaxNameInFile)).Trim('-');
        return (text.Length == 0 ? "checklist" : text) + ".json";
    }

    // Indented and with letters as they are: people read it, and keep it beside others.
    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        JsonSettings.Apply(options);
        return options;
    }
}
