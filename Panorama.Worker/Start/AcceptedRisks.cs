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
internal static class AcceptedRisks
{
    public static Task RecordAsync(IServiceProvider services, CancellationToken cancellationToken) => RecordAcceptedRisks.ExecuteAsync(
        services.GetRequiredService<NpgsqlDataSource>(), [.. Of(services)], "worker", services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken);

    private static IEnumerable<string> Of(IServiceProvider services)
    {
        if (!services.GetRequiredService<IHostEnvironment>().IsProduction())
        {
            yield break;
        }

        var worker = services.GetRequiredService<IOptions<WorkerOptions>>().Value;
        if (Flags.Read(worker.AllowInsecurePostgresTls) is true && PostgresTls.Problem("", worker.ConnectionString) is not null)
        {
            yield return "ALLOW_INSECURE_POSTGRES_TLS";
        }

        if (services.GetRequiredService<IOptions<MailOptions>>().Value.IsPlaintext)
        {
            yield return "ALLOW_PLAINTEXT_SMTP";
        }
    }
}
