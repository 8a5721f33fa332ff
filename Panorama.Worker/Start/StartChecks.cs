using System.Data.Common;
using Npgsql;
using Panorama.Core.Data;

namespace Panorama.Worker.Start;

/// <summary>What must be true of the database before anything runs; a process that is wrong here is restarted by whoever started it.</summary>
internal static class StartChecks
{
    /// <summary>sysexits.h: a service is unavailable.</summary>
    private const int Unavailable = 69;

    /// <returns>0 and what the login is, or an exit code after one sentence on the error stream.</returns>
    public static async Task<(int ExitCode, LoginReport? Login)> RunAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return (0, await LoginGuard.CheckAsync(connection, DatabaseRoles.SuperAdmin, cancellationToken));
        }
        catch (LoginGuardException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return (ServiceDefaults.StartFailure.BadSettings, null);
        }
        catch (PostgresException exception)
        {
            await Console.Error.WriteLineAsync(
                $"The database of ConnectionStrings__{WorkerOptions.ConnectionName} at {Address(database)} refuses: {exception.MessageText}.");
            return (exception.IsTransient ? Unavailable : ServiceDefaults.StartFailure.BadSettings, null);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync(
                $"The database of ConnectionStrings__{WorkerOptions.ConnectionName} at {Address(database)} cannot be reached: {exception.GetBaseException().Message}.");
            return (Unavailable, null);
        }
    }

    private static string Address(NpgsqlDataSource database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return $"{settings.Host}:{settings.Port}";
    }
}
