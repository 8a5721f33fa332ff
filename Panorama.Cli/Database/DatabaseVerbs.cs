using System.CommandLine;
using System.Globalization;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Data;
using Panorama.Core.Input;

namespace Panorama.Cli.Database;

/// <summary><c>panorama bootstrap-db</c>: roles and database, over the installer's connection.</summary>
internal static class BootstrapVerb
{
    public static Command Create(CliContext context)
    {
        var connection = new Option<string?>("--connection") { Description = "Connection of the installer; without it ConnectionStrings__panorama_bootstrap" };
        var database = new Option<string?>("--database") { Description = "Name of the database to make; without it the one that the other connections name" };
        var rotate = new Option<bool>("--rotate") { Description = "Give every login without a given secret a new one" };
        var command = new Command("bootstrap-db", "Makes the logins and the database. Passwords are taken from the connection strings given; missing ones are generated and shown once.")
        {
            connection, database, rotate,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(database) is { } name && (name.Length is 0 or > 63 || PlainText.HasControls(name)))
            {
                throw new CliException("--database has 1 to 63 characters, none of them a control character.", ExitCodes.Usage);
            }

            await RunAsync(context, parsed.GetValue(connection), parsed.GetValue(database), parsed.GetValue(rotate), cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    public static async Task RunAsync(CliContext context, string? installer, string? database, bool rotate, CancellationToken cancellationToken)
    {
        installer = installer is null ? context.Settings.ConnectionString("panorama_bootstrap") : Convert(context, installer);
        var given = DatabaseRoles.ConnectionNames
            .Select(pair => (Role: pair.Key, Name: pair.Value, Text: context.Settings.ConnectionStringOrNull(pair.Value)))
            .Where(login => login.Text is not null)
            .Select(login => (login.Role, login.Name, Parts: new NpgsqlConnectionStringBuilder(login.Text))).ToList();
        foreach (var (role, name, parts) in given)
        {
            // A pooler wants 'login.project'; the login is the part before it.
            if (parts.Username is { } user && user.Split('.')[0] != role)
            {
                throw new CliException($"ConnectionStrings__{name} signs in as '{user}'; it must be {role}.");
            }
        }

        var names = given.Select(login => login.Parts.Database).Where(name => name is not null).Distinct().ToList();
        if (database is null && names.Count > 1)
        {
            throw new CliException($"The connection strings name different databases ({string.Join(", ", names)}).");
        }

        var result = await DatabaseBootstrap.RunAsync(installer, new BootstrapOptions
        {
            Database = database ?? names.FirstOrDefault() ?? "panorama",
            Passwords = given.Where(login => login.Parts.Password is { Length: > 0 }).ToDictionary(login => login.Role, login => login.Parts.Password!),
            Rotate = rotate ? DatabaseRoles.Logins : [],
        }, cancellationToken);
        foreach (var line in result.Done.DefaultIfEmpty("Nothing to do: logins and database are there."))
        {
            await context.Output.WriteLineAsync(line);
        }

        foreach (var (role, secret) in result.Generated)
        {
            await context.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{role} password (shown this once): {secret}"));
        }
    }

    private static string Convert(CliContext context, string connection)
    {
        try
        {
            connection = new NpgsqlConnectionStringBuilder(ServiceDefaults.Configuration.ConnectionUrls.Convert(connection)).ConnectionString;
            if (ServiceDefaults.Configuration.Passwords.Refusal(connection) is { } refusal)
            {
                throw new CliException($"--connection {refusal}.");
            }

            context.Settings.CheckTls("--connection", connection);
            return connection;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new CliException($"--connection cannot be read: {exception.Message.Split('\n')[0].TrimEnd('.')}.", ExitCodes.Usage);
        }
    }
}

/// <summary><c>panorama migrate</c>.</summary>
internal static class MigrateVerb
{
    public static Command Create(CliContext context)
    {
        var script = new Option<bool>("--script") { Description = "Write the migrations as SQL instead of running them" };
        var from = new Option<string?>("--from") { Description = "With --script: first step to write" };
        var command = new Command("migrate", "Brings the database to the version of this program. Prints the one-time set-up link while there is no organisation.") { script, from };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(script))
            {
                await context.Output.WriteAsync(MigrationScript.Write(parsed.GetValue(from)));
                return ExitCodes.Ok;
            }

            if (parsed.GetValue(from) is not null)
            {
                throw new CliException("--from belongs to --script.", ExitCodes.Usage);
            }

            if (!await RunAsync(context, cancellationToken))
            {
                await Credentials.PrintFirstLinkAsync(context, cancellationToken);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    /// <returns>False on a database without organisations.</returns>
    public static async Task<bool> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var runner = new MigrationRunner(context.Settings.ConnectionString("panorama_migrator"));
        var result = await runner.RunAsync(step => context.Output.WriteLine($"applying {step}"), cancellationToken);
        await context.Output.WriteLineAsync(result.Applied.Count == 0
            ? "The database is up to date."
            : string.Create(CultureInfo.InvariantCulture, $"{result.Applied.Count} {(result.Applied.Count == 1 ? "step" : "steps")} applied."));
        return result.HasTenants;
    }
}
