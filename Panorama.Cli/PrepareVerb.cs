using System.CommandLine;
using Panorama.Cli.Database;
using Panorama.Cli.Demo;
using Panorama.Cli.Shared;

namespace Panorama.Cli;

/// <summary><c>panorama prepare</c>: what a local start needs, in one process.</summary>
internal static class PrepareVerb
{
    public static Command Create(CliContext context)
    {
        var demo = new Option<bool>("--demo") { Description = "Also make the two demo organisations", DefaultValueFactory = _ => true };
        var command = new Command("prepare", "bootstrap-db, migrate and demo in one go. Safe to repeat.") { demo };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            context.Settings.Require(["panorama_bootstrap", "panorama_migrator", .. parsed.GetValue(demo) ? ["panorama_privileged"] : Array.Empty<string>()]);
            await BootstrapVerb.RunAsync(context, null, null, rotate: false, cancellationToken);
            var hasTenants = await MigrateVerb.RunAsync(context, cancellationToken);
            if (parsed.GetValue(demo))
            {
                await DemoVerb.RunAsync(context, iKnow: false, cancellationToken);
            }
            else if (!hasTenants)
            {
                await Credentials.PrintFirstLinkAsync(context, cancellationToken);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
