using System.CommandLine;
using System.Reflection;

namespace Panorama.Cli;

/// <summary><c>panorama version</c>.</summary>
internal static class VersionVerb
{
    public static Command Create(CliContext context)
    {
        var command = new Command("version", "Prints the version of this program.");
        command.SetAction(_ =>
        {
            var version = typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            context.Output.WriteLine($"panorama {version}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
