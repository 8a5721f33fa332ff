using System.Data.Common;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.ServiceDefaults.Configuration;
using Panorama.Worker.Notifications;

namespace Panorama.Worker.Start;

/// <summary>
/// Which rules of production settings switched off: written down at each start that would have been refused without them, so whoever asks later since when
/// mail went out in plain text finds it.
/// </summary>
internal sealed partial class AcceptedRisks(
    NpgsqlDataSource database, IOptions<WorkerOptions> worker, IOptions<MailOptions> mail, IHostEnvironment environment, StorageWatch storage, TimeProvider clock,
    ILogger<AcceptedRisks> logger)
{
    public async Task RecordAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RecordAcceptedRisks.ExecuteAsync(database, [.. Settings()], "worker", clock.GetUtcNow(), cancellationToken);
        }
        catch (DbException exception)
        {
            // A database that takes nothing more is why its Worker is needed: it deletes what is past its time.
            storage.Saw(exception);
            LogNotRecorded(logger, exception);
        }
    }

    private IEnumerable<string> Settings()
    {
        if (!environment.IsProduction())
        {
            yield break;
        }

        if (Flags.Read(worker.Value.AllowInsecurePostgresTls) is true && PostgresTls.Problem("", worker.Value.ConnectionString) is not null)
        {
            yield return "ALLOW_INSECURE_POSTGRES_TLS";
        }

        if (mail.Value.IsPlaintext)
        {
            yield return "ALLOW_PLAINTEXT_SMTP";
        }
    }

    [LoggerMessage(9180, LogLevel.Error, "The rules of production that are switched off could not be written into the audit chain")]
    private static partial void LogNotRecorded(ILogger logger, Exception exception);
}
