using System.Data.Common;
using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.ServiceDefaults;

namespace Panorama.Worker.Start;

/// <summary>Writes each start and each end in good order into the installation's chain. What cannot be written is logged and keeps nothing from running.</summary>
internal sealed partial class BootAudit(
    NpgsqlDataSource database, AppVersion version, IConfiguration configuration, StorageWatch storage, TimeProvider clock, ILogger<BootAudit> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Boot _boot = new(
        "worker", Guid.CreateVersion7(clock.GetUtcNow()), version.Version, version.Commit, ConfigurationDigest.Of(configuration), ConfigurationDigest.Flags(configuration));

    private readonly long _startedAt = clock.GetTimestamp();

    /// <summary>What the check at the start found the login to be.</summary>
    public LoginReport? Login { get; set; }

    public Task StartAsync(CancellationToken cancellationToken) => Login is { } login
        ? WriteAsync(token => RecordBoot.StartedAsync(database, _boot, WorkerOptions.ConnectionName, login, clock.GetUtcNow(), token), cancellationToken)
        : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Login is null
        ? Task.CompletedTask
        : WriteAsync(token => RecordBoot.StoppedAsync(database, _boot, clock.GetElapsedTime(_startedAt), clock.GetUtcNow(), token), cancellationToken);

    private async Task WriteAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await write(limit.Token);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException or OperationCanceledException)
        {
            storage.Saw(exception);
            LogNotWritten(logger, exception);
        }
    }

    [LoggerMessage(9181, LogLevel.Error, "A start or an end could not be written into the audit chain")]
    private static partial void LogNotWritten(ILogger logger, Exception exception);
}
