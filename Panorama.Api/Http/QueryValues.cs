using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Panorama.Api.Http;

/// <summary>Reads query values strictly and keeps the first that is wrong: an empty or misspelt value is 400, never a default.</summary>
internal sealed class QueryValues
{
    private string? _wrong;

    /// <summary>400 `invalid_query` with the name of the value, or null when all were good.</summary>
    public ProblemHttpResult? Problem => _wrong is null ? null : Problems.Query(_wrong);

    public int Integer(string name, string? value, int otherwise, int min, int max)
    {
        if (value is null)
        {
            return otherwise;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Refuse(name);
        return otherwise;
    }

    public Guid? Id(string name, string? value)
    {
        if (value is null)
        {
            return null;
        }

        if (Guid.TryParseExact(value, "D", out var id))
        {
            return id;
        }

        Refuse(name);
        return null;
    }

    public bool? Flag(string name, string? value)
    {
        switch (value)
        {
            case null:
                return null;
            case "true" or "1":
                return true;
            case "false" or "0":
                return false;
            default:
                Refuse(name);
                return null;
        }
    }

    public string? Text(string name, string? value, int maxCharacters)
    {
        if (value is not null && (value.Length > maxCharacters || value.Contains('\0', StringComparison.Ordinal)))
        {
            Refuse(name);
            return null;
        }

        return value;
    }

    public Cursor? Cursor(string? value, string order)
    {
        var cursor = value is null ? null : Http.Cursor.Decode(value, order);
        if (value is not null && cursor is null)
        {
            Refuse("cursor");
        }

        return cursor;
    }

    /// <summary>The instant from which a list goes on that is ordered by one.</summary>
    public DateTimeOffset Instant(Cursor? after)
    {
        DateTimeOffset at = default;
        if (after is not null && !DateTimeOffset.TryParseExact(after.Key, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            Refuse("cursor");
        }

        return at;
    }

    public T? OneOf<T>(string name, string? value, Func<string, T?> parse)
        where T : struct
    {
        var parsed = value is null ? null : parse(value);
        if (value is not null && parsed is null)
        {
            Refuse(name);
        }

        return parsed;
    }

    /// <summary>One of some names, each with what it stands for.</summary>
    public T Choice<T>(string name, string? value, T otherwise, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach (var (known, chosen) in choices)
        {
            if (known == value)
            {
                return chosen;
            }
        }

        if (value is not null)
        {
            Refuse(name);
        }

        return otherwise;
    }

    public void Refuse(string name) => _wrong ??= name;
}
