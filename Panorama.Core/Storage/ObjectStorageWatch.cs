using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Panorama.Core.Storage;

/// <summary>
/// Looks at the store when the process starts and seldom after that: what is wrong with the settings keeps the process from starting, a store that is away
/// does not.
/// </summary>
public sealed partial class ObjectStorageWatch(IObjectStore store, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ObjectStorageWatch> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan WhileWell = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WhileIll = TimeSpan.FromSeconds(30);

    private volatile StorageException? _problem;
    private volatile bool _isProven;

    /// <summary>What the last look found; null when all is well.</summary>
    public StorageException? Problem => _problem;

    /// <summary>Whether the bucket was found to be there and closed to strangers.</summary>
    public bool IsProven => _isProven;

    /// <summary>How objects are encrypted at rest.</summary>
    public StoreEncryption Encryption => store is S3ObjectStore s3 ? s3.Encryption : StoreEncryption.NotAsked;

    /// <exception cref="OptionsValidationException">The settings are wrong: one sentence with its code.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (store is NoObjectStore)
        {
            return;
        }

        if (await LookAsync(cancellationToken) is { } problem && StorageChecks.IsWrongSetting(problem.Fault))
        {
            throw new OptionsValidationException(nameof(StorageOptions), typeof(StorageOptions), [problem.Message]);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>What was seen last: nothing is asked of the store.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _problem is { } problem ? HealthCheckResult.Degraded(problem.Message) : HealthCheckResult.Healthy(store is NoObjectStore ? "no storage is set" : store.Capabilities.Driver));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_problem is null ? WhileWell : WhileIll, clock, stoppingToken);
                if (await LookAsync(stoppingToken) is { Fault: StorageFault.Public or StorageFault.Private })
                {
                    lifetime.StopApplication(); // it was away at the start; no photo may go where anybody can read
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task<StorageException?> LookAsync(CancellationToken cancellationToken)
    {
        StorageException? found = null;
        try
        {
            await (_isProven ? StorageChecks.LookAsync(store, cancellationToken) : StorageChecks.ProveAsync(store, clock, cancellationToken));
            _isProven = true;
        }
        catch (StorageException exception)
        {
            found = exception;
        }

        if (found?.Code != _problem?.Code)
        {
            if (found is null)
            {
                LogWell(logger, store.Capabilities.Driver);
            }
            else
            {
                LogIll(logger, found.Message);
            }
        }

        return _problem = found;
    }

    [LoggerMessage(401, LogLevel.Information, "The object storage ({Driver}) works again")]
    private static partial void LogWell(ILogger logger, string driver);

    [LoggerMessage(402, LogLevel.Error, "The object storage does not work: {Problem}")]
    private static partial void LogIll(ILogger logger, string problem);
}
