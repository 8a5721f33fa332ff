using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Panorama.Core.Data;

/// <summary>How the members of an enum are spelled in a column and on the wire.</summary>
public enum WireCase
{
    /// <summary><c>IN_USE</c>.</summary>
    SnakeUpper,

    /// <summary><c>fleet_admin</c>.</summary>
    SnakeLower,

    /// <summary><c>multi-list</c>.</summary>
    KebabLower,
}

/// <summary>Says that an enum is not spelled in the usual <see cref="WireCase.SnakeUpper"/>.</summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class WireCaseAttribute(WireCase wireCase) : Attribute
{
    public WireCase WireCase { get; } = wireCase;
}

/// <summary>The one spelling of an enum's members, shared by columns, JSON and query strings.</summary>
public static class WireNames
{
    /// <summary>The policy that spells <paramref name="type"/>.</summary>
    public static JsonNamingPolicy PolicyOf(Type type) => (type.GetCustomAttribute<WireCaseAttribute>()?.WireCase ?? WireCase.SnakeUpper) switch
    {
        WireCase.SnakeLower => JsonNamingPolicy.SnakeCaseLower,
        WireCase.KebabLower => JsonNamingPolicy.KebabCaseLower,
        _ => JsonNamingPolicy.SnakeCaseUpper,
    };

    /// <summary>All spellings of an enum in the order of its members.</summary>
    public static IReadOnlyList<string> Of(Type type) => [.. Enum.GetNames(type).Select(PolicyOf(type).ConvertName)];

    /// <summary>The spelling of a member.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Cache<T>.Names[value];

    /// <summary>The member with exactly this spelling.</summary>
    /// <exception cref="FormatException">No member is spelled so.</exception>
    public static T Parse<T>(string name)
        where T : struct, Enum => TryParse<T>(name, out var value) ? value : throw new FormatException($"'{name}' is no {typeof(T).Name}.");

    /// <summary>Reads a spelling without throwing.</summary>
    public static bool TryParse<T>(string name, out T value)
        where T : struct, Enum => Cache<T>.Values.TryGetValue(name, out value);

    private static class Cache<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Names =
            Enum.GetValues<T>().ToFrozenDictionary(v => v, v => PolicyOf(typeof(T)).ConvertName(v.ToString()));

        public static readonly FrozenDictionary<string, T> Values = Names.ToFrozenDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
    }
}

/// <summary>Stores an enum as the text of its wire spelling.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class WireEnum<T>() : ValueConverter<T, string>(v => WireNames.Of(v), v => WireNames.Parse<T>(v))
    where T : struct, Enum;
