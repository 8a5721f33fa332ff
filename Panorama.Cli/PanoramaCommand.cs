using System.CommandLine;
using System.Net.Sockets;
using Npgsql;
using Panorama.Cli.Audit;
using Panorama.Cli.Database;
using Panorama.Cli.Demo;
using Panorama.Cli.Identity;
using Panorama.Cli.Importing;
using Panorama.Cli.Installing;
using Panorama.Cli.Jobs;
using Panorama.Cli.Notifications;
using Panorama.Cli.Photos;
using Panorama.Cli.Shared;
using Panorama.Cli.Tenancy;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Input;
using Panorama.Core.Storage;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Cli;

/// <summary>The command <c>panorama</c>: its verbs, and how each kind of failure ends: one sentence, never a stack trace.</summary>
internal static class PanoramaCommand
{
    public static async Task<int> RunAsync(string[] args, CliContext given)
    {
        var context = given with { Output = PrintableWriter.Over(given.Output), Error = PrintableWriter.Over(given.Error) };
        var root = new RootCommand("Operates a Panorama installation. Options are written as --name=value; settings come from the environment. "
            + "Exit codes: 0 done, 1 failed or something was found, 2 done but for rejected rows, 64 called wrongly, 69 the database cannot be reached.")
        {
            InitVerb.Create(context),
            PrepareVerb.Create(context),
            BootstrapVerb.Create(context),
            MigrateVerb.Create(context),
            DoctorVerb.Create(context),
            TenantVerbs.Create(context),
            UserVerbs.Create(context),
            SetupLinkVerb.Create(context),
            FeatureVerbs.Create(context),
            AuditVerbs.Create(context),
            ImportVerbs.Create(context),
            JobVerbs.Create(context),
            NotificationVerbs.Create(context),
            PhotoVerbs.Create(context),
            DemoVerb.Create(context),
            EnvExampleVerb.Create(context),
            VersionVerb.Create(context),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await context.Error.WriteLineAsync(PlainText.Visible(WrongCall.Explain(parsed)));
            await context.Error.WriteLineAsync($"See: {WrongCall.Name(parsed.CommandResult.Command)} --help");
            return ExitCodes.Usage;
        }

        foreach (var warning in context.Settings.Warnings)
        {
            await context.Error.WriteLineAsync(PlainText.Visible(warning));
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = context.Output,
                Error = context.Error,
            });
        }
        catch (Exception exception) when (Explain(exception) is { } sentence)
        {
            await context.Error.WriteLineAsync(exception is SettingsException ? sentence : PlainText.Visible(sentence)); // each problem of the settings has a line
            if (context.Settings.IsDebug)
            {
                await context.Error.WriteLineAsync(exception.ToString());
            }

            return ExitCodeOf(exception);
        }
    }

    /// <summary>How the verb ends that threw it.</summary>
    public static int ExitCodeOf(Exception exception) => exception switch
    {
        CliException { ExitCode: var code } => code,
        PostgresException refused => refused.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.TooManyConnections ? ExitCodes.Unavailable : ExitCodes.Failed,
        NpgsqlException { InnerException: SocketException or TimeoutException or IOException } or SocketException or TimeoutException => ExitCodes.Unavailable,
        _ => ExitCodes.Failed,
    };

    /// <summary>What went wrong, in a sentence for the operator.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        CliException or ImportRefusedException or StorageException or SettingsException or BootstrapException or MigrationException or LoginGuardException => exception.Message,
        OperationCanceledException => "Stopped before the end.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
            $"The database refuses this login: {refused.MessageText}.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } missing =>
            $"The database does not exist ({missing.MessageText}); run 'panorama bootstrap-db' first.",
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction } =>
            "The database is not at the version of this program; run 'panorama migrate' first.",
        { } full when StorageFull.Is(full) => $"The database takes no more data ({full.GetBaseException().Message}): its disk is full or it is read-only.",
        PostgresException refused => $"The database refuses: {refused.MessageText} ({refused.SqlState}).",
        NpgsqlException { InnerException: SocketException or TimeoutException or IOException } away =>
            $"The database cannot be reached: {away.InnerException!.Message.TrimEnd('.')}. Is it running, and is the address right?",
        NpgsqlException { InnerException: { } inner } failed => $"The database connection failed: {inner.Message.TrimEnd('.')}.",
        NpgsqlException failed => $"The database connection failed: {failed.Message.TrimEnd('.')}.",
        SocketException or TimeoutException => $"The database cannot be reached: {exception.Message.TrimEnd('.')}. Is it running, and is the address right?",
        UnauthorizedAccessException or IOException => $"{exception.Message.TrimEnd('.')}.",
        _ => $"Unexpected failure: {exception.Message.TrimEnd('.')} ({exception.GetType().Name}). LOG_LEVEL=debug shows where.",
    };
}
