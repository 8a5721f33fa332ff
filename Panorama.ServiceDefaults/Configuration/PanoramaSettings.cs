using Microsoft.Extensions.Configuration;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Reads the ways a setting may be written and leaves one: files of secrets, second names, both spellings of a connection, addresses.</summary>
internal static class PanoramaSettings
{
    private const string Section = "ConnectionStrings:";
    private const string FileSuffix = "_FILE";
    private const string Quoted = "begins and ends with quotation marks, which an env file keeps as part of the value; take them away";

    private static readonly Dictionary<string, string> LogLevels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["trace"] = "Trace",
        ["debug"] = "Debug",
        ["info"] = "Information",
        ["information"] = "Information",
        ["warn"] = "Warning",
        ["warning"] = "Warning",
        ["error"] = "Error",
        ["fatal"] = "Critical",
        ["critical"] = "Critical",
        ["none"] = "None",
    };

    /// <exception cref="SettingsException">A setting cannot be used; every one is named.</exception>
    public static T AddPanoramaSettings<T>(this T configuration)
        where T : IConfigurationManager
    {
        var problems = configuration.ReadPanoramaSettings();
        return problems.Count == 0 ? configuration : throw new SettingsException(problems);
    }

    /// <summary>Reads what can be read. The sentences are about the rest, for whoever has more to say before the process ends.</summary>
    public static IReadOnlyList<string> ReadPanoramaSettings(this IConfigurationManager configuration)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<string>(MachineData.Problems());

        ReadFiles(configuration, settings, problems);
        foreach (var (alias, name) in SettingNames.Aliases)
        {
            if (string.IsNullOrEmpty(Value(name)) && Value(alias) is { Length: > 0 } value)
            {
                settings[name] = value;
            }
        }

        ReadConnections(configuration, settings, problems);
        RefuseExamples(Value, problems);
        if (configuration["LOG_LEVEL"] is { Length: > 0 } level)
        {
            if (LogLevels.TryGetValue(level, out var known))
            {
                settings["Logging:LogLevel:Default"] = known;
            }
            else
            {
                problems.Add("LOG_LEVEL is none of trace, debug, info, warn, error, critical, none.");
            }
        }

        configuration.AddInMemoryCollection(settings);
        return problems;

        string? Value(string key) => settings.GetValueOrDefault(key) ?? configuration[key];
    }

    private static void ReadFiles(IConfigurationManager configuration, Dictionary<string, string?> settings, List<string> problems)
    {
        var connections = configuration.GetSection("ConnectionStrings").GetChildren()
            .Where(c => c.Key.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase))
            .Select(c => Section + c.Key[..^FileSuffix.Length]);
        foreach (var name in SettingNames.Secrets.Concat(connections))
        {
            if (configuration[name + FileSuffix] is not { Length: > 0 } path)
            {
                continue;
            }

            var shown = name.Replace(":", "__", StringComparison.Ordinal);
            if (!string.IsNullOrEmpty(configuration[name]))
            {
                problems.Add($"{shown} and {shown}_FILE are both set; keep one.");
                continue;
            }

            try
            {
                settings[name] = File.ReadAllText(path).TrimEnd('\r', '\n');
                if (settings[name]!.Length == 0)
                {
                    problems.Add($"{shown}_FILE names an empty file.");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                // What looks like no path is not named: it may be the secret itself, put into the wrong setting.
                problems.Add(
                    Directory.Exists(path) ? $"{shown}_FILE names the folder {path} and needs a file; a container engine makes a folder of a mounted file that is missing."
                    : exception is UnauthorizedAccessException ? $"{shown}_FILE names {path}, which user {ProcessOwner.Id} may not read. {ProcessOwner.Mend(path)}."
                    : IsPath(path) ? $"{shown}_FILE names {path}, {(File.Exists(path) ? "which cannot be read" : "where no file is")}."
                    : $"{shown}_FILE names a file that cannot be read.");
            }
        }
    }

    // No secret begins with the name of a folder that this machine has.
    private static bool IsPath(string text) =>
        text.Split('/') is ["", { Length: > 0 } first, { Length: > 0 }, ..] && Directory.Exists("/" + first);

    // A connection string has a password in it, which is looked at there; a relay's user is no secret by itself.
    private static void RefuseExamples(Func<string, string?> read, List<string> problems)
    {
        foreach (var name in SettingNames.Secrets.Where(n => n != "SMTP_USER" && !SettingNames.Aliases.ContainsKey(n)))
        {
            if (SettingNames.IsQuoted(read(name)) && SettingNames.RefusesQuotes(name))
            {
                problems.Add($"{name} {Quoted}.");
                continue;
            }

            // <id>:<key>, or a comma list of those
            var parts = (read(name) ?? "").Split(',').Select(part => part.Contains(':', StringComparison.Ordinal) ? part.Split(':', 2)[1] : part);
            if (parts.Any(Passwords.IsExample))
            {
                problems.Add($"{name} is an example; make a random one that nobody else knows.");
            }
        }
    }

    private static void ReadConnections(IConfigurationManager configuration, Dictionary<string, string?> settings, List<string> problems)
    {
        var given = configuration.GetSection("ConnectionStrings").GetChildren().Select(c => c.Key)
            .Concat(settings.Keys.Where(k => k.StartsWith(Section, StringComparison.OrdinalIgnoreCase)).Select(k => k[Section.Length..]))
            .Where(k => !k.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase))
            .Select(k => k.Replace('-', '_')).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var name in given)
        {
            var spellings = new[] { Section + name, Section + name.Replace('_', '-') };
            var value = spellings.Select(s => settings.GetValueOrDefault(s) ?? configuration[s]).FirstOrDefault(v => !string.IsNullOrEmpty(v));
            if (value is null)
            {
                continue;
            }

            try
            {
                if (SettingNames.IsQuoted(value.Trim()))
                {
                    throw new FormatException(Quoted);
                }

                var converted = ConnectionUrls.Convert(value.Trim());
                if (Passwords.Refusal(converted) is { } refusal)
                {
                    problems.Add($"ConnectionStrings__{name} {refusal}.");
                }

                foreach (var spelling in spellings)
                {
                    settings[spelling] = converted;
                }
            }
            catch (FormatException exception)
            {
                problems.Add($"ConnectionStrings__{name} {exception.Message}.");
            }
        }
    }
}
