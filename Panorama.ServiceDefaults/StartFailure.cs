using Microsoft.Extensions.Options;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults;

/// <summary>A process that cannot run with its settings says so in sentences instead of a stack trace.</summary>
public static class StartFailure
{
    /// <summary>Exit code for settings that keep a process from starting.</summary>
    public const int BadSettings = 78;

    private static int s_installed;

    /// <summary>The sentences for an exception that means bad settings; none for any other.</summary>
    public static IReadOnlyList<string> Sentences(Exception? exception) => exception switch
    {
        SettingsException settings => settings.Problems,
        OptionsValidationException options => [.. options.Failures],
        AggregateException many when many.InnerExceptions.All(e => Sentences(e).Count > 0) => [.. many.InnerExceptions.SelectMany(Sentences)],
        _ => [],
    };

    internal static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            {
                var sentences = Sentences(unhandled.ExceptionObject as Exception);
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
}
