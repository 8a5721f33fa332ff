using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Panorama.Cli.Installing;

/// <summary>
/// The files of <c>secrets/</c>: <c>secrets.template</c> of the compose file says what is in each. A value that stands in two files, such as a server's
/// password and the connection string with it, is taken from the one that is there.
/// </summary>
internal sealed partial class SecretFiles
{
    public const string SmtpPassword = "smtp-password";
    private const int KeyLetters = 40;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly string _folder;
    private readonly List<(string Name, string Text)> _missing = [];
    private readonly List<(string Name, string Text)> _kept = [];

    private SecretFiles(string folder) => _folder = folder;

    /// <summary>Every file with its template.</summary>
    public static IReadOnlyList<(string Name, string Template)> All { get; } =
        [.. Embedded.Read("secrets.template").Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(" = ", 2)).Select(p => (p[0], p[1]))];

    /// <exception cref="CliException">A file that is missing cannot be made to go with those that are there.</exception>
    /// <param name="hasStore">Whether the pair of keys of the store is made here.</param>
    public static SecretFiles Plan(string folder, string? smtpPassword, bool hasStore)
    {
        var plan = new SecretFiles(folder);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var unreadable = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, template) in All.Where(s => File.Exists(Path.Combine(folder, s.Name))))
        {
            var text = File.ReadAllText(Path.Combine(folder, name)).TrimEnd('\r', '\n');
            plan._kept.Add((name, text));
            var match = Pattern(template).Match(text);
            foreach (Match value in Placeholder().Matches(template))
            {
                if (match.Success)
                {
                    values[value.Groups["name"].Value] = match.Groups[Group(value.Groups["name"].Value)].Value;
                }
                else
                {
                    unreadable[value.Groups["name"].Value] = name;
                }
            }
        }

        foreach (var (name, template) in All.Where(s => !plan._kept.Exists(k => k.Name == s.Name)))
        {
            plan._missing.Add((name, Placeholder().Replace(template, placeholder =>
            {
                var value = placeholder.Groups["name"].Value;
                if (!values.ContainsKey(value) && unreadable.TryGetValue(value, out var other))
                {
                    throw new CliException($"secrets/{name} is missing, and secrets/{other}, which goes with it, is of your own making; put secrets/{name} there as well.");
                }

                return values.TryGetValue(value, out var known) ? known : values[value] = Make(placeholder, smtpPassword, hasStore);
            })));
        }

        if (smtpPassword is not null && plan._kept.Exists(k => k.Name == SmtpPassword && k.Text != smtpPassword))
        {
            throw new CliException($"secrets/{SmtpPassword} is there with another password; change it there.");
        }

        return plan;
    }

    /// <summary>Whether a file has, or will have, something in it.</summary>
    public bool Holds(string name) => _missing.Concat(_kept).Single(s => s.Name == name).Text.Length > 0;

    /// <returns>A line for each file.</returns>
    public IReadOnlyList<string> Write()
    {
        if (!Directory.Exists(_folder))
        {
            PrivateFile.MakeFolder(_folder);
        }

        foreach (var (name, text) in _missing)
        {
            PrivateFile.Write(Path.Combine(_folder, name), text, PrivateFile.Mounted);
        }

        return [.. _missing.Select(s => $"wrote secrets/{s.Name}{(s.Text.Length == 0 ? " (empty)" : "")}"), .. _kept.Select(s => $"kept secrets/{s.Name}")];
    }

    private static string Make(Match placeholder, string? smtpPassword, bool hasStore) => placeholder.Groups["rule"].Value switch
    {
        "key" => $"k1:{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}",
        "given" when placeholder.Groups["name"].Value == SmtpPassword => smtpPassword ?? "",
        "given" => hasStore && StoreProfile.Keys.Contains(placeholder.Groups["name"].Value) ? RandomNumberGenerator.GetString(Letters, KeyLetters) : "",
        var letters => RandomNumberGenerator.GetString(Letters, int.Parse(letters.Split(' ')[1], CultureInfo.InvariantCulture)),
    };

    private static Regex Pattern(string template)
    {
        var pattern = "";
        var end = 0;
        foreach (Match placeholder in Placeholder().Matches(template))
        {
            pattern += $"{Regex.Escape(template[end..placeholder.Index])}(?<{Group(placeholder.Groups["name"].Value)}>[^;,]*)";
            end = placeholder.Index + placeholder.Length;
        }

        return new Regex($"^{pattern}{Regex.Escape(template[end..])}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    private static string Group(string name) => name.Replace('-', '_');

    [GeneratedRegex(@"\{(?<name>[a-z0-9-]+)\|(?<rule>key|given|letters [0-9]+)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();
}
