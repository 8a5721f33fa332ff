using System.Globalization;
using System.Text;

namespace Panorama.AppHost.Publishing;

/// <summary>Writes the little of TOML that a configuration needs: tables, and strings, numbers and yes/no in them.</summary>
internal sealed class Toml
{
    private readonly StringBuilder _text = new();

    public Toml Comment(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            _text.Append($"# {line}".TrimEnd()).Append('\n');
        }

        return this;
    }

    public Toml Table(string name) => Header($"[{name}]");

    /// <summary>One more of a list of tables.</summary>
    public Toml Item(string name) => Header($"[[{name}]]");

    public Toml Set(string key, object value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{(key.All(IsBare) ? key : Quote(key))} = {Value(value)}\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    private Toml Header(string header)
    {
        _text.Append('\n').Append(header).Append('\n');
        return this;
    }

    private static string Value(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        string text => Quote(text),
        _ => throw new InvalidOperationException($"{value.GetType()} is nothing that is written here."),
    };

    private static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static string Quote(string text) => text.Any(char.IsControl)
        ? throw new InvalidOperationException("A text with control characters is nothing that is written here.")
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
