using Microsoft.EntityFrameworkCore.Migrations;

namespace Panorama.Core.Data;

/// <summary>Steps are ordered by their number; EF's own ids begin with the minute at which someone generated them.</summary>
internal sealed class StepIds : IMigrationsIdGenerator
{
    /// <inheritdoc/>
    public string GenerateId(string name) => string.Concat(name.Select((c, i) =>
        char.IsAsciiLetterUpper(c) ? (name[i - 1] == '_' ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));

    /// <inheritdoc/>
    public string GetName(string id) => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <inheritdoc/>
    public bool IsValidId(string value) => value.Length > 5 && value[4] == '_' && value[..4].All(char.IsAsciiDigit);
}
