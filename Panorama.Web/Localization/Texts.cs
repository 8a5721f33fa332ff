using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using System.Text;

namespace Panorama.Web.Localization;

/// <summary>
/// The words of the pages. A key starts with its domain (<c>asset.column.tag</c>), which names the resource set; placeholders have names
/// (<c>{hours}</c>); a count picks the key's plural form (<c>.one</c>, <c>.many</c>, <c>.other</c>, and <c>.zero</c> where there is one).
/// </summary>
internal sealed class Texts
{
    /// <summary>Resource set of each domain. A set is a file <c>Resources/Name.resx</c> with its <c>pt-BR</c> and <c>es</c> twins.</summary>
    public static readonly FrozenDictionary<string, string> Sets = new Dictionary<string, string>
    {
        ["app"] = "Shell",
        ["nav"] = "Shell",
        ["shell"] = "Shell",
        ["actions"] = "Shell",
        ["common"] = "Shell",
        ["role"] = "Shell",
        ["login"] = "Identity",
        ["setup"] = "Identity",
        ["account"] = "Identity",
        ["home"] = "Home",
        ["asset"] = "Assets",
        ["history"] = "Assets",
        ["custody"] = "Custody",
        ["catalogue"] = "Catalogue",
        ["settings"] = "Settings",
        ["list"] = "Lists",
        ["bulk"] = "Lists",
        ["jobs"] = "Lists",
        ["export"] = "Lists",
        ["import"] = "Importing",
        ["label"] = "Labels",
        ["scan"] = "Labels",
        ["notices"] = "Notices",
        ["notify"] = "Notices",
        ["suppressed"] = "Notices",
        ["dead"] = "Notices",
        ["photo"] = "Photos",
        ["document"] = "Photos",
        ["inspection"] = "Runs",
        ["runner"] = "Runs",
        ["defect"] = "Runs",
        ["signature"] = "Runs",
        ["checklist"] = "Checklists",
        ["badge"] = "Badges",
        ["errors"] = "Errors",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, ResourceManager> _managers = Sets.Values.Distinct(StringComparer.Ordinal)
        .ToFrozenDictionary(set => set, set => new ResourceManager($"Panorama.Web.Resources.{set}", typeof(Texts).Assembly), StringComparer.Ordinal);

    public string this[string key] => Find(key) ?? key;

    public string this[string key, params ReadOnlySpan<(string Name, object? Value)> args] => Fill(Find(key) ?? key, args);

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The form for <paramref name="count"/>, which also fills <c>{count}</c>.</summary>
    public string Count(string key, long count, params ReadOnlySpan<(string Name, object? Value)> args)
    {
        var form = count == 0 && Find(key + ".zero") is { } none ? none : Find($"{key}.{Plural.Category(Locale.Current, count)}") ?? Find(key + ".other") ?? key;
        return Fill(form, [.. args, ("count", count)]);
    }

    public static string Fill(string text, params ReadOnlySpan<(string Name, object? Value)> args)
    {
        if (args.IsEmpty || !text.Contains('{', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 32);
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is >= 0 and var open && rest[open..].IndexOf('}') is > 0 and var length)
        {
            result.Append(rest[..open]);
            var name = rest.Slice(open + 1, length - 1);
            result.Append(Value(name, args) ?? rest.Slice(open, length + 1).ToString());
            rest = rest[(open + length + 1)..];
        }

        return result.Append(rest).ToString();
    }

    private static string? Value(ReadOnlySpan<char> name, ReadOnlySpan<(string Name, object? Value)> args)
    {
        foreach (var (candidate, value) in args)
        {
            if (name.SequenceEqual(candidate))
            {
                return value is int or long
                    ? ((IFormattable)value).ToString("N0", CultureInfo.CurrentCulture)
                    : Convert.ToString(value, CultureInfo.CurrentCulture) ?? "";
            }
        }

        return null;
    }

    private string? Find(string key)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && Sets.TryGetValue(key[..dot], out var set) ? _managers[set].GetString(key, CultureInfo.CurrentUICulture) : null;
    }
}
