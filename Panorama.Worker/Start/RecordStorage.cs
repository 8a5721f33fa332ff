using System.Data.Common;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Storage;

namespace Panorama.Worker.Start;

/// <summary>Notes where objects go, after the store was looked at. A note that cannot be written does not undo the start.</summary>
internal sealed partial class RecordStorage(
    NpgsqlDataSource database, IOptions<StorageOptions> options, ObjectStorageWatch watch, TimeProvider clock, ILogger<RecordStorage> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RecordObjectStorage.ExecuteAsync(database, options.Value, watch, clock.GetUtcNow(), cancellationToken);
        }
        catch (DbException exception)
        {
            LogUnwritten(logger, exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(9180, LogLevel.Error, "That objects are stored where they are could not be written into the audit chain")]
    private static partial void LogUnwritten(ILogger logger, Exception exception);
}
