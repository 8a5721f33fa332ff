using System.CommandLine;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Cli;

/// <summary><c>panorama env-example</c>.</summary>
internal static class EnvExampleVerb
{
    public static Command Create(CliContext context)
    {
        var command = new Command("env-example", "Prints an example file with every setting, what it means and what holds without it.");
        command.SetAction((_, _) => WriteAsync(context.Output));
        return command;
    }

    private static async Task<int> WriteAsync(TextWriter output)
    {
        await output.WriteAsync(EnvExample.Text);
        return ExitCodes.Ok;
    }
}
