using System.ComponentModel.DataAnnotations;

namespace Panorama.Api.Http;

/// <summary>An IANA name such as <c>America/Sao_Paulo</c>, or <c>UTC</c>; abbreviations are no places and are refused.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeZoneNameAttribute : ValidationAttribute
{
    private const int MaxCharacters = 64;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null or "UTC" || (value is string { Length: <= MaxCharacters } name && name.Contains('/', StringComparison.Ordinal) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _))
            ? ValidationResult.Success
            : new ValidationResult(FieldError.WrongForm.Text, [validationContext.MemberName!]);
}
