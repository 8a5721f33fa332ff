using System.CommandLine;
using Panorama.Cli.Shared;

namespace Panorama.Cli.Identity;

/// <summary><c>panorama setup-link [--user=ADDRESS]</c>.</summary>
internal static class SetupLinkVerb
{
    public static Command Create(CliContext context)
    {
        var user = new Option<string?>("--user") { Description = "Address of someone who has no password yet; without it the link makes the first organisation" };
        var command = new Command("setup-link", "Prints a new set-up link: one use, 24 hours. The one before stops working.") { user };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(user) is not { } email)
            {
                await Credentials.PrintFirstLinkAsync(context, cancellationToken);
                return ExitCodes.Ok;
            }

            var address = Arguments.Email(email, "--user");
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_migrator", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var userId = await Credentials.FindUserAsync(connection, context, address, null, cancellationToken);
            if (await Credentials.HasPasswordAsync(connection, userId, cancellationToken))
            {
                throw new CliException($"{address} has a password already; 'panorama user set-password' changes it.");
            }

            var link = await Credentials.MakeLinkAsync(connection, context, userId, cancellationToken);
            await Credentials.AuditAsync(connection, context, "setup-link", userId, null, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await context.Output.WriteLineAsync(link);
            return ExitCodes.Ok;
        });
        return command;
    }
}
