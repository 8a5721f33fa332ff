using Microsoft.Extensions.Options;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults;

/// <summary>A process that cannot run with its settings says so in sentences instead of a stack trace.</summary>
public static class StartFailure
{
    /// <summary>Exit code for settings that keep a process from starting.</summary>
    public const int BadSettings = 78;

    private static int s_installed;
    private static IReadOnlyList<string> s_unreadable = [];

    /// <summary>The sentences for an exception that means bad settings, the first for each key; none for any other.</summary>
    public static IReadOnlyList<string> Sentences(Exception? exception) => exception switch
    {
        SettingsException settings => settings.Problems,
        OptionsValidationException options => [.. options.Failures],
        AggregateException many when many.InnerExceptions.All(e => Sentences(e).Count > 0) => OnePerKey(many.InnerExceptions.SelectMany(Sentences)),
        _ => [],
    };

    /// <param name="unreadable">Settings that could not be read, in case that this makes something fail before it is said.</param>
    internal static void Install(IReadOnlyList<string> unreadable)
    {
        s_unreadable = unreadable;
        if (Interlocked.Exchange(ref s_installed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            {
                var sentences = Sentences(unhandled.ExceptionObject as Exception);
                sentences = sentences.Count > 0 ? OnePerKey(s_unreadable.Concat(sentences)) : s_unreadable;
                if (sentences.Count > 0)
                {
                    foreach (var sentence in sentences)
                    {
                        Console.Error.WriteLine(sentence);
                    }

                    Environment.Exit(BadSettings);
                }
            };
        }
    }

    // What is wrong by itself is missed or mistaken by other checks as well: the first sentence says it all.
    private static List<string> OnePerKey(IEnumerable<string> sentences)
    {
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. sentences.Distinct().Where(sentence => Keys(sentence) is var keys && keys.Count(named.Add) == keys.Count)];
    }

    // "SESSION_SECRET_FILE names …", "A and B …"
    private static List<string> Keys(string sentence)
    {
        var words = sentence.Split(' ', 4);
        return [.. words.Where((word, i) => i == 0 || (i == 2 && words[1] == "and")).Where(w => w.Contains('_', StringComparison.Ordinal))
            .Select(w => w.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase) ? w[..^"_FILE".Length] : w).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
