using System.CommandLine;
using System.Globalization;
using Npgsql;
using Panorama.Cli.Shared;
using Panorama.Core.Notifications;

namespace Panorama.Cli.Notifications;

/// <summary><c>panorama notifications dead|replay</c>: what could not be delivered, and another try.</summary>
internal static class NotificationVerbs
{
    private const int BatchSize = 500;

    public static Command Create(CliContext context) => new("notifications", "Messages that could not be delivered.") { Dead(context), Replay(context) };

    private static Command Dead(CliContext context)
    {
        var tenant = Tenant();
        var command = new Command("dead", "Counts what was given up, by event, channel and cause. Ends with 1 while there is any.") { tenant };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var causes = await DeadLetters.CausesAsync(connection, await FindAsync(connection, parsed.GetValue(tenant), cancellationToken), cancellationToken);
            if (causes.Count == 0)
            {
                await context.Output.WriteLineAsync("No message was given up.");
                return ExitCodes.Ok;
            }

            await Table.WriteAsync(
                context.Output, ["organisation", "event", "channel", "cause", "count", "oldest"],
                causes.Select(c => new[]
                {
                    c.Tenant ?? "-", c.EventType, c.Channel, c.Cause, c.Count.ToString(CultureInfo.InvariantCulture),
                    c.OldestAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                }));
            return ExitCodes.Failed;
        });
        return command;
    }

    private static Command Replay(CliContext context)
    {
        var tenant = Tenant();
        var reason = new Option<string>("--reason") { Description = "Why, for the audit trail", Required = true };
        var command = new Command("replay", "Puts everything that was given up back into the queue, oldest first. May be stopped and called again.") { tenant, reason };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var why = Arguments.Name(parsed.GetRequiredValue(reason), "--reason");
            await using var source = await CliDatabase.ConnectAsync(context, "panorama_privileged", cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var causes = await DeadLetters.CausesAsync(connection, await FindAsync(connection, parsed.GetValue(tenant), cancellationToken), cancellationToken);
            var (total, done) = (causes.Sum(c => c.Count), 0L);
            foreach (var organisation in causes.Select(c => c.TenantId).Distinct())
            {
                while (await DeadLetters.ReplayAsync(connection, organisation, why, BatchSize, cancellationToken) is > 0 and var batch)
                {
                    done += batch;
                    await context.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{done} of {Math.Max(done, total)} queued again."));
                }
            }

            if (done > 0)
            {
                await TenantRows.AuditVerbAsync(connection, context, "notifications replay", cancellationToken);
            }
            else
            {
                await context.Output.WriteLineAsync("No message was given up.");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<string?> Tenant() => new("--tenant") { Description = "Slug of the organisation; all when left out" };

    private static async Task<Guid?> FindAsync(NpgsqlConnection connection, string? slug, CancellationToken cancellationToken) =>
        slug is null ? null : (await TenantRows.FindAsync(connection, Arguments.Slug(slug, "--tenant"), cancellationToken)).Id;
}
