using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Jobs;
using Panorama.Worker.Start;

namespace Panorama.Worker.Work;

/// <summary>
/// Listens on <see cref="WorkChannel"/> for all that wait for queued work. It costs one connection and, while nothing happens, twelve statements an
/// hour. Who waits also looks by himself from time to time: a notification may be lost with its connection, and a pooler in transaction mode has none.
/// </summary>
internal sealed partial class WorkSignal(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<WorkSignal> logger) : BackgroundService
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Proof = TimeSpan.FromSeconds(5);

    /// <summary>A pooler does not change its mode often.</summary>
    private static readonly TimeSpan Deafness = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _waiting = new(StringComparer.Ordinal);

    /// <summary>Whether a notification would arrive.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Returns when work of that kind was announced, or after the time.</summary>
    /// <param name="kind">One of the names of <see cref="WorkChannel"/>.</param>
    public async Task WaitAsync(string kind, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await Of(kind).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
        {
            ApplicationName = "panorama-worker-signal",
            Pooling = false,
            KeepAlive = 0,
        };
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(settings.ConnectionString, stoppingToken);
                LogUnheard(logger);
                await Task.Delay(Deafness, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
            {
                if (IsListening)
                {
                    LogLost(logger, exception);
                }

                IsListening = false;
                WakeAll(); // what was announced meanwhile was not heard
                await Task.Delay(Retry, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Returns when nothing would ever arrive.</summary>
    private async Task ListenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var (proof, isProved) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), false);
        await using var connection = new NpgsqlConnection(connectionString);
        connection.Notification += (_, message) =>
        {
            isProved |= message.Payload == proof;
            Wake(message.Payload);
        };
        await connection.OpenAsync(cancellationToken);
        await RunAsync(connection, $"listen {WorkChannel.Name}", cancellationToken);

        // A pooler in transaction mode takes the LISTEN and gives its server to the next: only a word of another connection that arrives proves it.
        await using (var other = new NpgsqlConnection(connectionString))
        {
            await other.OpenAsync(cancellationToken);
            await RunAsync(other, $"notify {WorkChannel.Name}, '{proof}'", cancellationToken);
        }

        while (!isProved)
        {
            if (!await connection.WaitAsync(Proof, cancellationToken))
            {
                return;
            }
        }

        IsListening = true;
        WakeAll();
        while (true)
        {
            if (!await connection.WaitAsync(Silence, cancellationToken))
            {
                await RunAsync(connection, "select 1", cancellationToken); // a connection that is gone says so
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // constants of this class
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private SemaphoreSlim Of(string kind) => _waiting.GetOrAdd(kind, _ => new SemaphoreSlim(0, 1));

    private void WakeAll()
    {
        foreach (var kind in _waiting.Keys)
        {
            Wake(kind);
        }
    }

    private void Wake(string kind)
    {
        if (kind is not (WorkChannel.Imports or WorkChannel.BulkRuns or WorkChannel.Notifications or WorkChannel.Jobs))
        {
            return; // anybody may notify; only what somebody waits for is kept
        }

        try
        {
            Of(kind).Release();
        }
        catch (SemaphoreFullException)
        {
            // Already awake.
        }
    }

    [LoggerMessage(9139, LogLevel.Information, "The way to the database passes no notification on, as a pooler in transaction mode; queued work is looked for each half minute")]
    private static partial void LogUnheard(ILogger logger);

    [LoggerMessage(9140, LogLevel.Warning, "Queued work is not announced at the moment; it is looked for each half minute")]
    private static partial void LogLost(ILogger logger, Exception exception);
}
