using System.Data.Common;
using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;

namespace Panorama.Worker.Audit;

/// <summary>
/// Seals audit rows: each second while there are some, backing off to 30 s. Not a Quartz job: a firing each second would cost an idle installation
/// more than everything else together.
/// </summary>
internal sealed partial class AuditSealer(
    NpgsqlDataSource database, SealerState state, AuditMetrics metrics, StorageWatch storage, TimeProvider clock, ILogger<AuditSealer> logger) : BackgroundService
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Busy;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                pause = await PassAsync(pause, stoppingToken);
                await Task.Delay(pause, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return; // a pass that was cut off is rolled back; its rows wait for the next sealer
            }
        }
    }

    private async Task<TimeSpan> PassAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var before = state.Current;
        try
        {
            var started = clock.GetTimestamp();
            var pass = await SealAudit.ExecuteAsync(database, cancellationToken);
            metrics.Sealed(pass.Rows, clock.GetElapsedTime(started));
            var now = clock.GetUtcNow();
            state.Current = new(
                now, pass.Rows > 0 ? now : before.SealedAt, before.SealedRows + pass.Rows, pass.Waiting, pass.OldestAt, Problem: null);
            if (before.Problem is not null)
            {
                LogRecovered(logger);
            }

            return pass switch
            {
                { HasMore: true } => TimeSpan.Zero,
                { Waiting: > 0 } => Busy, // also when another worker had them
                _ => Longer(pause),
            };
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            storage.Saw(exception);
            state.Current = before with { Problem = exception.Message };
            if (before.Problem is null)
            {
                LogFailed(logger, exception);
            }

            return Longer(pause);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause < Busy ? Busy : pause * 2 > Idle ? Idle : pause * 2;

    [LoggerMessage(9120, LogLevel.Warning, "Audit rows cannot be sealed at the moment; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(9121, LogLevel.Information, "Audit rows are sealed again")]
    private static partial void LogRecovered(ILogger logger);
}
