using System.ComponentModel.DataAnnotations;
using Panorama.Core.Input;

namespace Panorama.Api.Http;

/// <summary>Text that says what it shows, as <see cref="PlainText.IsStorable"/> has it; it may be blank.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StorableAttribute() : ValidationAttribute(FieldError.NotText.Text)
{
    /// <summary>Line ends and tabs are allowed.</summary>
    public bool Multiline { get; init; }

    public override bool IsValid(object? value) => value is not string text || PlainText.IsStorable(text, Multiline);
}

/// <summary>An amount as <c>numeric(19,4)</c> holds it, not below zero.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MoneyAttribute() : ValidationAttribute(FieldError.OutOfRange.Text)
{
    private const decimal Limit = 1_000_000_000_000_000m;
    private const int Decimals = 4;

    public override bool IsValid(object? value) => value is not decimal amount || (amount >= 0 && amount < Limit && Math.Round(amount, Decimals) == amount);
}

/// <summary>A number that JSON can say: 1e999 is read as infinity, which cannot be written again.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FiniteAttribute() : ValidationAttribute(FieldError.OutOfRange.Text)
{
    public override bool IsValid(object? value) => value is not double number || double.IsFinite(number);
}

/// <summary>Three capital letters, as ISO 4217 has them.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CurrencyAttribute() : ValidationAttribute(FieldError.WrongForm.Text)
{
    public override bool IsValid(object? value) => value is not string text || (text.Length == 3 && text.All(char.IsAsciiLetterUpper));
}
