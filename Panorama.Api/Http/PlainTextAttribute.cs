using System.ComponentModel.DataAnnotations;
using Panorama.Core.Input;

namespace Panorama.Api.Http;

/// <summary>Text that somebody typed: not blank, not too long, without characters that are orders to whatever shows it.</summary>
/// <param name="maxLength">In UTF-16 units.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PlainTextAttribute(int maxLength) : ValidationAttribute
{
    /// <summary>Line ends and tabs are allowed.</summary>
    public bool Multiline { get; init; }

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && Find(text) is { } error ? new ValidationResult(error.Text, [validationContext.MemberName!]) : ValidationResult.Success;

    private FieldError? Find(string text) =>
        text.Length > maxLength ? FieldError.TooLong
        : string.IsNullOrWhiteSpace(text) ? FieldError.TooShort
        : !PlainText.IsStorable(text, isNote: Multiline) ? FieldError.NotText
        : null;
}
