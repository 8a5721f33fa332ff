using System.Text;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>The example file, written from the catalogue. Every secret in it is one that each process refuses, so nobody runs on it by mistake.</summary>
internal static class EnvExample
{
    private const int Width = 118;

    private static readonly Dictionary<char, string> Processes = new()
    {
        ['A'] = "Api",
        ['W'] = "Worker",
        ['U'] = "Web",
        ['C'] = "command line",
        ['H'] = "AppHost",
    };

    public static string Text
    {
        get
        {
            var text = new StringBuilder();
            text.Append("""
                # Every setting of Panorama, written by `panorama env-example`: change Panorama.ServiceDefaults/Configuration/SettingCatalogue.cs,
                # not this file. Give each process only what it reads. A line without # has to be set; what is behind # is the default or an
                # example. Every secret may also come from the file that NAME_FILE names. The values change-me are refused by every process.

                """);
            Write(text, "Connections", SettingCatalogue.Connections);
            foreach (var (about, settings) in SettingCatalogue.Groups)
            {
                Write(text, about, settings);
            }

            Write(text, "The platform's own names", SettingCatalogue.Platform);
            return text.Replace("\r\n", "\n").ToString();
        }
    }

    private static void Write(StringBuilder text, string about, IEnumerable<Setting> settings)
    {
        text.Append("\n# ---- ").Append(about).Append(" ----\n");
        foreach (var setting in settings)
        {
            var readers = string.Join(", ", setting.Readers.Split(' ').Select(r => Processes[r[0]]));
            var need = setting.Need switch { Need.Required => " Required.", Need.RequiredInProduction => " Required in production.", _ => "" };
            Wrap(text, $"{readers}:{need} {setting.Meaning.Replace("`", "", StringComparison.Ordinal)}.{(setting.Note is { } note ? $" Otherwise: {note.Replace("`", "", StringComparison.Ordinal)}." : "")}");
            text.Append(setting.Need is Need.Required ? "" : "#").Append(setting.Name).Append('=').Append(setting.Example ?? setting.Default ?? "").Append('\n');
        }
    }

    private static void Wrap(StringBuilder text, string sentence)
    {
        text.Append("\n#");
        var length = 1;
        foreach (var word in sentence.Split(' '))
        {
            if (length + 1 + word.Length > Width)
            {
                text.Append("\n#");
                length = 1;
            }

            text.Append(' ').Append(word);
            length += 1 + word.Length;
        }

        text.Append('\n');
    }
}
