using System.Globalization;
using Npgsql;
using Panorama.Core.Jobs;

namespace Panorama.Cli.Jobs;

/// <summary>Watches what becomes of a request.</summary>
internal sealed class JobWait(CliContext context, NpgsqlDataSource source, Guid request, TimeSpan atMost, bool showProgress)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private bool _open;

    /// <returns>The run, or null where there is none because the request was for something else.</returns>
    /// <exception cref="CliException">Refused, or the time is over.</exception>
    public async Task<JobRun?> UntilDoneAsync(JobAction action, CancellationToken cancellationToken)
    {
        var since = context.Clock.GetTimestamp();
        while (true)
        {
            var state = await JobRequests.FindAsync(source, request, cancellationToken);
            if (state?.Refusal is { } refusal)
            {
                throw new CliException($"A Worker refused it: {refusal}");
            }

            var run = action == JobAction.Run ? await JobRunLog.OfRequestAsync(source, request, cancellationToken) : null;
            if (run is { FinishedAt: not null } || (action != JobAction.Run && state?.HandledAt is not null))
            {
                Close();
                return run;
            }

            Show(run is null ? state?.HandledAt is null ? "waits for a Worker" : "waits for its turn" : string.Create(CultureInfo.InvariantCulture, $"runs, {run.Items:N0} items"));
            if (context.Clock.GetElapsedTime(since) >= atMost)
            {
                Close();
                throw run is null && state?.HandledAt is null
                    ? new CliException("No Worker took it in time; it is done when one starts.", ExitCodes.Unavailable)
                    : new CliException($"It has not ended within {atMost:c} and goes on; 'panorama jobs history' shows its end.");
            }

            await Task.Delay(Pause, context.Clock, cancellationToken);
        }
    }

    private void Show(string text)
    {
        if (showProgress && context.IsTerminal)
        {
            context.Output.Write($"\r{text,-60}");
            _open = true;
        }
    }

    private void Close()
    {
        if (_open)
        {
            context.Output.Write($"\r{"",-60}\r");
            _open = false;
        }
    }
}
