using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Panorama.Api.Http;

namespace Panorama.Api.Lists;

/// <summary>A JSON object that is kept as it is.</summary>
/// <param name="maxLength">In characters of its text.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class JsonObjectAttribute(int maxLength) : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is JsonElement json && Find(json) is { } error ? new ValidationResult(error.Text, [validationContext.MemberName!]) : ValidationResult.Success;

    private FieldError? Find(JsonElement json) =>
        json.ValueKind != JsonValueKind.Object ? FieldError.WrongForm
        : json.GetRawText() is var text && text.Length > maxLength ? FieldError.TooLong
        : text.Contains("\\u0000", StringComparison.Ordinal) ? FieldError.NotText // jsonb cannot hold it
        : null;
}
