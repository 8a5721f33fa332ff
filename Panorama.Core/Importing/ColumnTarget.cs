using System.Collections.Frozen;
using System.Text.Json;

namespace Panorama.Core.Importing;

/// <summary>What a column fills, as text: a field such as <c>purchaseCost</c>, a custom field <c>custom:</c> with its id, or <c>ignore</c>.</summary>
public static class ColumnTarget
{
    public const string Ignore = "ignore";

    private const string Custom = "custom:";

    private static readonly FrozenDictionary<ImportKind, IReadOnlyList<string>> ByKind =
        Enum.GetValues<ImportKind>().ToFrozenDictionary(kind => kind, kind => (IReadOnlyList<string>)[.. OtherColumnNames.FieldsOf(kind).Select(Of)]);

    /// <summary>The fields that a column of a file of that kind may fill, in the order of the enum.</summary>
    public static IReadOnlyList<string> Fields(ImportKind kind) => ByKind[kind];

    public static string Of(AssetField field) => JsonNamingPolicy.CamelCase.ConvertName(field.ToString());

    public static string Of(Guid customField) => Custom + customField;

    public static string Of(AssetColumn column) => column.Field is { } field ? Of(field) : column.CustomField is { } custom ? Of(custom.Id) : Ignore;

    public static AssetField? FieldOf(string target, ImportKind kind = ImportKind.Assets) =>
        ByKind[kind].Contains(target, StringComparer.Ordinal) && Enum.TryParse<AssetField>(target, ignoreCase: true, out var field) ? field : null;

    public static Guid? CustomFieldOf(string target) =>
        target.StartsWith(Custom, StringComparison.Ordinal) && Guid.TryParseExact(target[Custom.Length..], "D", out var id) ? id : null;

    /// <summary>Whether the text has the form of a target; whether its custom field exists only the database knows.</summary>
    public static bool IsValid(string target, ImportKind kind) => target == Ignore || FieldOf(target, kind) is not null || CustomFieldOf(target) is not null;
}
