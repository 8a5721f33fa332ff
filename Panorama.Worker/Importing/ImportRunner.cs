using System.Data.Common;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Importing;
using Panorama.Core.Jobs;
using Panorama.Worker.Work;

namespace Panorama.Worker.Importing;

/// <summary>
/// Runs queued imports, one at a time: a second would double the memory and wait for the first's lock in the same organisation. Not a Quartz job,
/// as the sealer is none: woken by the signal it begins within a second, and idle it asks once a minute.
/// </summary>
internal sealed partial class ImportRunner(NpgsqlDataSource database, WorkSignal signal, StorageWatch storage, TimeProvider clock, ILogger<ImportRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuickFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>A batch takes a second; what needs longer is cut off, rolled back and gone on with by the next Worker.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(8);

    private DateTimeOffset _quickUntil;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _quickUntil = clock.GetUtcNow() + QuickFor;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await PassAsync(stoppingToken))
                {
                    // After a start or an interruption something may wait for its lease to run out, which nobody announces.
                    var pause = clock.GetUtcNow() < _quickUntil ? Quick : signal.IsListening ? Heard : Deaf;
                    await signal.WaitAsync(WorkChannel.Imports, pause, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>False when nothing waits, or nothing can be done at the moment.</summary>
    private async Task<bool> PassAsync(CancellationToken stoppingToken)
    {
        ImportClaim? claim;
        try
        {
            claim = await ImportClaim.TakeAsync(database, Now(), stoppingToken);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            LogWaiting(logger, exception);
            return false;
        }

        if (claim is null)
        {
            return false;
        }

        LogStarted(logger, claim.ImportId, claim.DryRun, claim.From.RowsDone);
        using var cut = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => cut.CancelAfter(Drain));
        var beating = BeatAsync(claim, cut);
        try
        {
            var result = await claim.RunAsync(database, clock, () => stoppingToken.IsCancellationRequested, cut.Token);
            LogEnded(logger, claim.ImportId, result?.Paused == true);
        }
        catch (ImportLostException)
        {
            LogLost(logger, claim.ImportId);
        }
        catch (Exception exception) when (exception is OperationCanceledException || IsOutage(exception))
        {
            storage.Saw(exception);
            LogInterrupted(logger, claim.ImportId, exception);
            _quickUntil = clock.GetUtcNow() + QuickFor;
            await LetGoAsync(claim);
            return false;
        }
#pragma warning disable CA1031 // whatever it is, it would come again with the next claim: the import ends with it and the Worker does not
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, claim.ImportId, exception);
            await FailAsync(claim);
        }
        finally
        {
            await cut.CancelAsync();
            await beating;
        }

        return true;
    }

    /// <summary>So that the next one need not wait for the lease to run out.</summary>
    private async Task LetGoAsync(ImportClaim claim)
    {
        try
        {
            await claim.Ledger(database).PauseAsync(Now(), CancellationToken.None);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException or ImportLostException)
        {
            LogWaiting(logger, exception);
        }
    }

    private async Task FailAsync(ImportClaim claim)
    {
        try
        {
            await claim.FailAsync(claim.Ledger(database), "import_failed", clock, CancellationToken.None);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException or ImportLostException)
        {
            LogInterrupted(logger, claim.ImportId, exception);
        }
    }

    /// <summary>Keeps the lease while a batch takes long, for example waiting for another import of the organisation.</summary>
    private async Task BeatAsync(ImportClaim claim, CancellationTokenSource cut)
    {
        var ledger = claim.Ledger(database);
        while (true)
        {
            await Task.Delay(Beat, clock, cut.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cut.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await ledger.BeatAsync(cut.Token);
            }
            catch (ImportLostException)
            {
                return; // ended, or taken over: the run's own next word finds out
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
            {
                LogWaiting(logger, exception);
            }
        }
    }

    private static bool IsOutage(Exception exception) =>
        StorageFull.Is(exception) || exception is IOException or TimeoutException or NpgsqlException { IsTransient: true } or PostgresException { SqlState: ['5', '7', ..] } || exception is NpgsqlException and not PostgresException;

    private DateTimeOffset Now()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    [LoggerMessage(9141, LogLevel.Information, "Import {ImportId} runs (dry run: {DryRun}) from row {RowsDone}")]
    private static partial void LogStarted(ILogger logger, Guid importId, bool dryRun, int rowsDone);

    [LoggerMessage(9142, LogLevel.Information, "Import {ImportId} ended (paused: {Paused})")]
    private static partial void LogEnded(ILogger logger, Guid importId, bool paused);

    [LoggerMessage(9143, LogLevel.Warning, "Import {ImportId} was taken over by another worker")]
    private static partial void LogLost(ILogger logger, Guid importId);

    [LoggerMessage(9144, LogLevel.Warning, "Import {ImportId} was interrupted and will be gone on with")]
    private static partial void LogInterrupted(ILogger logger, Guid importId, Exception exception);

    [LoggerMessage(9145, LogLevel.Error, "Import {ImportId} failed")]
    private static partial void LogFailed(ILogger logger, Guid importId, Exception exception);

    [LoggerMessage(9146, LogLevel.Warning, "Imports cannot be read at the moment; trying again")]
    private static partial void LogWaiting(ILogger logger, Exception exception);
}
