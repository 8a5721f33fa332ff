namespace Panorama.Core.Input;

/// <summary>What a name that people give must satisfy: of an organisation, a person, a model, a category.</summary>
public static class NameRules
{
    /// <summary>Most UTF-16 units.</summary>
    public const int MaxLength = 200;

    /// <summary>Null when the name may be stored (after <c>Trim</c>), else what it must be, as the end of a sentence.</summary>
    public static string? Problem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.IsNullOrWhiteSpace(name) ? "may not be empty"
            : name.Trim().Length > MaxLength ? $"may have at most {MaxLength} characters"
            : PlainText.HasControls(name.Trim()) ? "may not hold control characters"
            : null;
    }
}
