using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <param name="Metadata">What the line says.</param>
internal sealed record FileView(string Action, string ResourceType, object Metadata);

/// <summary>
/// Who looked at what, once in five minutes for each person and file, over all replicas: the last line of the audit says when that was, under a lock of the
/// pair. Each process remembers what it found, so most views ask nobody.
/// </summary>
internal sealed partial class ViewAudit(TimeProvider clock, ILogger<ViewAudit> logger)
{
    private const int Most = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(300);
    private static readonly Meter Meter = new("Panorama.Api.Photos");
    private static readonly Counter<long> Unwritten = Meter.CreateCounter<long>("panorama.photos.views_unwritten", "{view}", "Views that were served and could not be audited.");

    // From when on the next view is a line again, by the clock that counts time.
    private readonly ConcurrentDictionary<(Guid User, Guid File), (long Since, TimeSpan For)> _seen = new();

    /// <summary>In a transaction of its own. A database that takes nothing does not keep anybody from what they may see.</summary>
    /// <returns>False when the session ended meanwhile.</returns>
    public async Task<bool> WriteAsync(TenantSession session, Actor actor, Guid file, FileView view, CancellationToken cancellationToken)
    {
        if (_seen.TryGetValue((actor.UserId, file), out var seen) && clock.GetElapsedTime(seen.Since) < seen.For)
        {
            return true;
        }

        try
        {
            if (await session.OpenAsync(session.TokenHash!, cancellationToken) != actor)
            {
                return false;
            }

            var passed = await PassedAsync(session.Connection, actor, view, file, cancellationToken);
            if (passed is null)
            {
                await session.Connection.ExecuteAsync(
                    "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, $2, $3, $4, $5)", cancellationToken,
                    Statement.Uuid(Guid.CreateVersion7(clock.GetUtcNow())), Statement.Text(view.Action), Statement.Text(view.ResourceType),
                    Statement.Text(file.ToString()), Statement.Json(JsonSerializer.Serialize(view.Metadata, JsonSerializerOptions.Web)));
            }

            await session.CommitAsync(cancellationToken);
            Remember((actor.UserId, file), Window - TimeSpan.FromSeconds(passed ?? 0));
        }
        catch (NpgsqlException exception)
        {
            await session.RollbackAsync();
            Unwritten.Add(1);
            LogUnwritten(logger, exception.Message);
        }

        return true;
    }

    /// <summary>Seconds since the last line within the window, by the database's clock.</summary>
    private static async Task<double?> PassedAsync(
        NpgsqlConnection connection, Actor actor, FileView view, Guid file, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("select set_config('lock_timeout', '1s', true), pg_advisory_xact_lock(hashtextextended($1, 0))", cancellationToken, Statement.Text($"{view.Action} {actor.UserId} {file}"));
        var found = await connection.QueryAsync(
            """
            select extract(epoch from clock_timestamp() - max(occurred_at))::float8 from audit_events
            where resource_type = $1 and resource_id = $2 and occurred_at > clock_timestamp() - $3 and action = $4 and actor_user_id = $5
            """,
            reader => reader.ValueOrNull<double>(0), cancellationToken, Statement.Text(view.ResourceType), Statement.Text(file.ToString()),
            Statement.Interval(Window), Statement.Text(view.Action), Statement.Uuid(actor.UserId));
        return found[0];
    }

    private void Remember((Guid User, Guid File) view, TimeSpan rest)
    {
        if (_seen.Count >= Most)
        {
            _seen.Clear(); // costs one look at the database for each
        }

        _seen[view] = (clock.GetTimestamp(), rest);
    }

    [LoggerMessage(1205, LogLevel.Error, "A view was served and could not be audited: {Reason}")]
    private static partial void LogUnwritten(ILogger logger, string reason);
}
