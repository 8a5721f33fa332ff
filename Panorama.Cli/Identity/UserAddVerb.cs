using System.CommandLine;
using Panorama.Cli.Shared;

namespace Panorama.Cli.Identity;

/// <summary><c>panorama user add</c>: a person who exists becomes a member of an organisation, or a member becomes something else there.</summary>
internal static class UserAddVerb
{
    public static Command Create(CliContext context)
    {
        var email = new Option<string>("--email") { Description = "Address of someone who exists", Required = true };
        var tenant = new Option<string>("--tenant") { Description = "Slug of the organisation", Required = true };
        var role = new Option<string>("--role") { Description = "owner, fleet_admin, fleet_staff or driver", Required = true };
        role.AcceptOnlyFromAmong(MemberRows.Roles);
        var command = new Command("add", "Makes someone a member of an organisation with a role, or gives a member another; who was removed is a member again. Safe to repeat.")
        {
            email, tenant, role,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = Arguments.Email(parsed.GetRequiredValue(email), "--email");
            var slug = Arguments.Slug(parsed.GetRequiredValue(tenant), "--tenant");
            await context.Output.WriteLineAsync(await RunAsync(context, address, slug, parsed.GetRequiredValue(role), cancellationToken));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<string> RunAsync(CliContext context, string address, string slug, string role, CancellationToken cancellationToken)
    {
        await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var organisation = await TenantRows.FindAsync(connection, slug, cancellationToken);
        var userId = await Credentials.FindUserAsync(connection, context, address, organisation.Id, cancellationToken);
        await TenantRows.OpenAsync(connection, organisation.Id, cancellationToken);
        var member = await MemberRows.FindAsync(connection, organisation.Id, userId, cancellationToken);
        switch (member)
        {
            case null:
                await MemberRows.AddAsync(connection, context, organisation.Id, userId, role, cancellationToken);
                break;
            case { Role: "system" }:
                throw new CliException($"{address} is the actor of {slug} itself, which nobody can be.");
            case { Status: "suspended" }:
                // Somebody suspended them on purpose; a script that repeats this verb must not undo that.
                throw new CliException($"{address} is suspended in {slug}; an owner ends that.");
            case { Status: "active" } when member.Role == role:
                await transaction.CommitAsync(cancellationToken); // whom the organisation wrote down may have become somebody with an account
                return $"{address} is {role} of {slug} already.";
            default:
                await MemberRows.ChangeAsync(connection, context, organisation.Id, userId, member, role, cancellationToken);
                break;
        }

        await TenantRows.AuditVerbAsync(connection, context, "user add", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return member switch
        {
            null => $"{address} is now {role} of {slug}.",
            { Status: "active" } => $"{address} is now {role} of {slug}, no longer {member.Role}.",
            _ => $"{address} is {role} of {slug} again.",
        };
    }
}
