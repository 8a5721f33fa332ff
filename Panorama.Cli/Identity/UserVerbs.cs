using System.CommandLine;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Audit;
using Panorama.Core.Identity;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Identity;

/// <summary><c>panorama user create</c> and <c>user set-password</c>; both write credentials, so both need the migrator's login.</summary>
internal static class UserVerbs
{
    public static Command Create(CliContext context) => new("user", "People who sign in.") { CreateUser(context), UserAddVerb.Create(context), SetPassword(context) };

    private static Command CreateUser(CliContext context)
    {
        var email = new Option<string>("--email") { Description = "Address", Required = true };
        var name = new Option<string?>("--name") { Description = "Name; without it the address" };
        var tenant = new Option<string?>("--tenant") { Description = "Slug of an organisation to join" };
        var role = new Option<string?>("--role") { Description = "With --tenant: owner, fleet_admin, fleet_staff or driver; without it driver" };
        role.AcceptOnlyFromAmong(MemberRows.Roles);
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input instead of printing a set-up link" };
        var command = new Command("create", "Makes a person, or gives one without a password the first.") { email, name, tenant, role, stdin };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = Arguments.Email(parsed.GetRequiredValue(email), "--email");
            var displayName = Arguments.NameOrNull(parsed.GetValue(name), "--name");
            var slug = parsed.GetValue(tenant) is { } given ? Arguments.Slug(given, "--tenant") : null;
            if (slug is null && parsed.GetValue(role) is not null)
            {
                throw new CliException("--role belongs to --tenant.", ExitCodes.Usage);
            }

            var password = parsed.GetValue(stdin) ? await ReadPasswordAsync(context, cancellationToken) : null;
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_migrator", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var organisation = slug is null ? null : await TenantRows.FindAsync(connection, slug, cancellationToken);
            var (userId, isNew) = await TenantRows.EnsureUserAsync(
                connection, address, displayName ?? address, organisation?.Id, context.Now, cancellationToken);
            if (!isNew && await Credentials.HasPasswordAsync(connection, userId, cancellationToken))
            {
                throw new CliException($"{address} exists and has a password; 'panorama user set-password' changes it, 'panorama user add' gives them another organisation.");
            }

            var membership = organisation is null ? null : await JoinAsync(connection, context, organisation, userId, address, parsed.GetValue(role), cancellationToken);
            string? link = null;
            if (password is null)
            {
                link = await Credentials.MakeLinkAsync(connection, context, userId, cancellationToken);
            }
            else
            {
                await Credentials.SetPasswordAsync(connection, context, userId, address, password, cancellationToken);
            }

            await Credentials.AuditAsync(connection, context, "user create", userId, password is null ? null : AuditActions.IdentityLinked, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await context.Output.WriteLineAsync(
                $"{address} {(isNew ? "made" : "was there already")}{membership}{(password is null ? "." : ", with a password.")}");
            if (link is not null)
            {
                await context.Output.WriteLineAsync($"They choose their password here within 24 hours (one use): {link}");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command SetPassword(CliContext context)
    {
        var email = new Option<string>("--email") { Description = "Address", Required = true };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input", Required = true };
        var command = new Command("set-password", "Sets someone's password and ends all their sessions.") { email, stdin };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(stdin))
            {
                throw new CliException("The password comes from standard input: give --password-stdin.", ExitCodes.Usage);
            }

            var address = Arguments.Email(parsed.GetRequiredValue(email), "--email");
            var password = await ReadPasswordAsync(context, cancellationToken);
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_migrator", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var userId = await Credentials.FindUserAsync(connection, context, address, null, cancellationToken);
            await Credentials.SetPasswordAsync(connection, context, userId, address, password, cancellationToken);
            var ended = await connection.ExecuteAsync(
                "update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null", cancellationToken, Uuid(userId), Instant(context.Now));
            await Credentials.AuditAsync(connection, context, "user set-password", userId, AuditActions.PasswordChanged, cancellationToken);
            await Credentials.AnnounceAsync(connection, context, userId, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await context.Output.WriteLineAsync($"Password of {address} set; {ended} {(ended == 1 ? "session" : "sessions")} ended.");
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <returns>What became of the membership, as the middle of a sentence.</returns>
    /// <exception cref="CliException">The person is a member otherwise than was asked for.</exception>
    private static async Task<string> JoinAsync(
        NpgsqlConnection connection, CliContext context, TenantRow tenant, Guid userId, string address, string? role, CancellationToken cancellationToken)
    {
        var slug = tenant.Slug;
        if (await MemberRows.FindAsync(connection, tenant.Id, userId, cancellationToken) is { } member)
        {
            return member.Status == "active" && (role is null || role == member.Role)
                ? $", {member.Role} of {slug} as before"
                : throw new CliException(
                    $"{address} is {(member.Status == "active" ? "" : $"a {member.Status} ")}{member.Role} of {slug}; 'panorama user add --email={address} --tenant={slug} --role={role ?? member.Role}' changes that.");
        }

        await MemberRows.AddAsync(connection, context, tenant.Id, userId, role ?? "driver", cancellationToken);
        return $", {role ?? "driver"} of {slug}";
    }

    private static async Task<string> ReadPasswordAsync(CliContext context, CancellationToken cancellationToken)
    {
        var password = await context.In.ReadLineAsync(cancellationToken) ?? "";
        return PasswordRules.Check(password) switch
        {
            null => password,
            "password_too_short" => throw new CliException($"The password is too short: at least {PasswordRules.MinCharacters} characters are needed."),
            "password_too_long" => throw new CliException($"The password is too long: at most {PasswordRules.MaxCharacters} characters are allowed."),
            "password_breached" => throw new CliException("The password is on the list of passwords that attackers try first; choose another."),
            _ => throw new CliException("The password is not valid text."),
        };
    }
}
