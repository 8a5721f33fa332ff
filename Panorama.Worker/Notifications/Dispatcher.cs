using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Jobs;
using Panorama.Core.Notifications;
using Panorama.ServiceDefaults.Configuration;
using Panorama.Worker.Scheduling;
using Panorama.Worker.Work;
using Channels = Panorama.Core.Notifications.Channels;

namespace Panorama.Worker.Notifications;

/// <summary>
/// Drains the outbox: events become deliveries, deliveries go out over their channels, outside of any transaction. Any number of workers may do so.
/// Woken by the signal; without one it looks after 2 seconds under load, backing off to 30 when idle, by one statement.
/// </summary>
internal sealed partial class Dispatcher : BackgroundService
{
    /// <summary>Deliveries that one process has under a lease at most, but for a daily mail, which is taken whole.</summary>
    private const int Most = 64;

    /// <summary>Deliveries that go out at once.</summary>
    private const int AtOnce = 4;

    private const int SettledAtOnce = 100;

    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    /// <summary>For a channel that this worker has not: another version's, or mail without a relay.</summary>
    private static readonly TimeSpan Elsewhere = TimeSpan.FromMinutes(10);

    /// <summary>For what is half sent when the process is asked to stop.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    private readonly NpgsqlDataSource _database;
    private readonly EventRegistry _registry;
    private readonly Dictionary<string, IDeliveryChannel> _channels = [];
    private readonly WorkSignal _signal;
    private readonly string _owner;
    private readonly DispatcherState _state;
    private readonly NotificationMetrics _metrics;
    private readonly StorageWatch _storage;
    private readonly TimeProvider _clock;
    private readonly bool _isOn;
    private readonly ILogger<Dispatcher> _logger;

    private readonly FanOut _fanOut;
    private readonly Deliveries _queue;
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<Guid, ClaimedDelivery> _inFlight = new();
    private readonly Channel<IReadOnlyList<DeliveryResult>> _results = Channel.CreateUnbounded<IReadOnlyList<DeliveryResult>>(new() { SingleReader = true });
    private readonly SemaphoreSlim _freed = new(0);

    private Guid? _lastFannedOut;
    private Guid? _lastClaimed;

    /// <exception cref="InvalidOperationException">Two channels have one name.</exception>
    public Dispatcher(
        NpgsqlDataSource database, EventRegistry registry, IEnumerable<IDeliveryChannel> channels, WorkSignal signal, WorkerIdentity identity, DispatcherState state,
        NotificationMetrics metrics, StorageWatch storage, TimeProvider clock, IOptions<MailOptions> options, ILogger<Dispatcher> logger)
    {
        foreach (var channel in channels)
        {
            if (!_channels.TryAdd(channel.Name, channel))
            {
                throw new InvalidOperationException($"channel_already_registered:{channel.Name}");
            }
        }

        (_database, _registry, _signal, _owner, _state, _metrics, _storage, _clock, _logger) = (database, registry, signal, identity.Instance, state, metrics, storage, clock, logger);
        _isOn = Flags.Read(options.Value.IsDispatching) is not false;
        _fanOut = new FanOut(database, registry, [Channels.InApp, .. _channels.Keys]);
        _queue = new Deliveries(database);
    }

    public override void Dispose()
    {
        _slots.Dispose();
        _freed.Dispose();
        base.Dispose();
    }

    /// <summary>One look at the outbox: what is due is fanned out and begun. True when there was anything to do.</summary>
    internal async Task<bool> PassAsync(CancellationToken stoppingToken)
    {
        var now = Now();
        var due = await _queue.DueAsync(stoppingToken);
        var worked = false;
        if (due.LeaseAt < now && await _queue.RescueAsync(now, stoppingToken) is > 0 and var rescued)
        {
            LogRescued(_logger, rescued);
            _metrics.Rescued(rescued);
            worked = true;
        }

        if (due.EventAt <= now)
        {
            var result = await _fanOut.PassAsync(now, _lastFannedOut, RandomNumberGenerator.GetInt32(1000) / 1000d, stoppingToken);
            _lastFannedOut = result.LastTenant;
            _metrics.FannedOut(result.Events, result.Notices);
            if (result.Dead > 0)
            {
                LogDeadEvents(_logger, result.Dead);
            }

            worked |= result.Events > 0;
        }

        if (worked || due.DeliveryAt <= now)
        {
            worked |= await FeedAsync(stoppingToken);
        }

        _state.Current = new(now, due.Oldest(now), _inFlight.Count, null);
        return worked;
    }

    /// <summary>Waits until all that was begun is finished and written down.</summary>
    internal async Task SettleAllAsync(CancellationToken cancellationToken)
    {
        while (!_inFlight.IsEmpty)
        {
            if (_results.Reader.TryRead(out var first))
            {
                await SettleAsync(first, cancellationToken);
            }
            else
            {
                await _results.Reader.WaitToReadAsync(cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_isOn)
        {
            LogOff(_logger);
            return;
        }

        if (!_channels.ContainsKey(Channels.Email))
        {
            LogNoMail(_logger);
        }

        // The results of what is under way are written although the process is asked to stop.
        using var end = new CancellationTokenSource();
        var settling = SettleForEverAsync(end.Token);
        var renewing = RenewForEverAsync(end.Token);
        try
        {
            await RunAsync(stoppingToken);
        }
        finally
        {
            await LetGoAsync();
            await end.CancelAsync();
            await Task.WhenAll(settling, renewing);
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var (pause, failed) = (Busy, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await PassAsync(stoppingToken))
                {
                    pause = Busy;
                    continue;
                }

                failed = false;
                await RestAsync(pause, stoppingToken);
                pause = _inFlight.IsEmpty ? Longer(pause) : Busy;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException or InvalidOperationException)
            {
                _storage.Saw(exception);
                if (!failed)
                {
                    LogFailed(_logger, exception);
                }

                failed = true;
                _state.Current = _state.Current with { Problem = exception is PostgresException postgres ? postgres.SqlState : exception.GetType().Name };
                pause = Longer(pause);
                await Task.Delay(pause, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Until there is room again, or something is announced, or the time is over.</summary>
    private async Task RestAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        if (_inFlight.IsEmpty)
        {
            foreach (var channel in _channels.Values)
            {
                await channel.RestAsync(stoppingToken);
            }

            await _signal.WaitAsync(WorkChannel.Notifications, pause, stoppingToken);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var announced = _signal.WaitAsync(WorkChannel.Notifications, pause, either.Token);
        var freed = _freed.WaitAsync(either.Token);
        await Task.WhenAny(announced, freed);
        await either.CancelAsync();
        await Task.WhenAll(announced, freed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stoppingToken.ThrowIfCancellationRequested();
    }

    private async Task<bool> FeedAsync(CancellationToken stoppingToken)
    {
        if (_inFlight.Count > Most / 2)
        {
            return false;
        }

        var claimed = await _queue.ClaimAsync(Now(), _owner, Most - _inFlight.Count, _lastClaimed, stoppingToken);
        if (claimed.Count == 0)
        {
            return false;
        }

        _lastClaimed = claimed[^1].TenantId;
        foreach (var delivery in claimed)
        {
            _inFlight[delivery.Id] = delivery;
        }

        try
        {
            var facts = await FactsAsync(claimed, stoppingToken);
            foreach (var group in claimed.GroupBy(d => (d.TenantId, d.Channel, d.RecipientKey, Digest: d.DigestAt, One: d.DigestAt is null ? d.Id : Guid.Empty)))
            {
                _ = DeliverAsync([.. group], facts, stoppingToken);
            }
        }
        catch
        {
            claimed.ToList().ForEach(d => _inFlight.TryRemove(d.Id, out _)); // their leases run out
            throw;
        }

        return true;
    }

    private async Task<DeliveryFacts> FactsAsync(IReadOnlyList<ClaimedDelivery> claimed, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        var people = claimed.Select(d => (d.TenantId, User: Guid.TryParse(d.RecipientKey, out var user) ? user : (Guid?)null)).Where(p => p.User is not null).Select(p => (p.TenantId, p.User!.Value));
        return new DeliveryFacts(
            await MailRecipients.LoadAsync(connection, people, cancellationToken),
            await NotificationFacts.LoadAsync(connection, _registry, [.. claimed.Select(d => d.Source)], cancellationToken));
    }

    private async Task DeliverAsync(List<ClaimedDelivery> group, DeliveryFacts facts, CancellationToken stoppingToken)
    {
        try
        {
            await _slots.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            _results.Writer.TryWrite(Later(group, Busy)); // not begun
            return;
        }

        IReadOnlyList<DeliveryResult> results;
        try
        {
            using var cut = new CancellationTokenSource();
            await using var stopping = stoppingToken.Register(() => cut.CancelAfter(Grace));
            results = _channels.TryGetValue(group[0].Channel, out var channel)
                ? await channel.DeliverAsync(group, facts, cut.Token)
                : Later(group, Elsewhere);
        }
        catch (OperationCanceledException)
        {
            results = Retry(group, "stopped"); // it may have left: the attempt counts
        }
#pragma warning disable CA1031 // a mail that cannot be made fails alone, and is a dead letter after a day
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogDeliveryFailed(_logger, group[0].EventId, group[0].EventType, group[0].Channel, exception);
            results = Retry(group, DeliveryCauses.Failed);
        }
        finally
        {
            _slots.Release();
        }

        _results.Writer.TryWrite(results);
    }

    private List<DeliveryResult> Later(List<ClaimedDelivery> group, TimeSpan pause) => [.. group.Select(d => new DeliveryResult(d, DeliveryResult.Later, Now() + pause))];

    private List<DeliveryResult> Retry(List<ClaimedDelivery> group, string cause)
    {
        var now = Now();
        var next = now + Retries.After(group.Max(d => d.Attempts), RandomNumberGenerator.GetInt32(1000) / 1000d);
        return [.. group.Select(d => now - d.FirstAttemptAt >= Retries.GiveUpAfter
            ? new DeliveryResult(d, DeliveryResult.Dead, Cause: cause) : new DeliveryResult(d, DeliveryResult.Retry, next.AddTicks(-(next.Ticks % TimeSpan.TicksPerMillisecond)), cause))];
    }

    private async Task SettleForEverAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _results.Reader.WaitToReadAsync(cancellationToken))
            {
                if (_results.Reader.TryRead(out var first))
                {
                    await SettleAsync(first, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>Writes results down, trying until the database takes them or the leases are lost.</summary>
    private async Task SettleAsync(IReadOnlyList<DeliveryResult> first, CancellationToken cancellationToken)
    {
        List<DeliveryResult> results = [.. first];
        while (results.Count < SettledAtOnce && _results.Reader.TryRead(out var more))
        {
            results.AddRange(more);
        }

        for (var started = _clock.GetTimestamp(); ;)
        {
            try
            {
                var mine = await _queue.SettleAsync(Now(), results, CancellationToken.None);
                Report(results, mine);
                break;
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
            {
                _storage.Saw(exception);
                LogNotSettled(_logger, results.Count, exception);
                if (_clock.GetElapsedTime(started) > Core.Notifications.Deliveries.Lease || cancellationToken.IsCancellationRequested)
                {
                    break; // others have them by now
                }

                await Task.Delay(TimeSpan.FromSeconds(1), _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        foreach (var result in results)
        {
            _inFlight.TryRemove(result.Delivery.Id, out _);
        }

        _freed.Release();
    }

    private void Report(List<DeliveryResult> results, IReadOnlySet<Guid> mine)
    {
        foreach (var result in results)
        {
            var delivery = result.Delivery;
            if (!mine.Contains(delivery.Id))
            {
                LogLost(_logger, delivery.EventId, delivery.Channel);
                continue;
            }

            _metrics.Delivered(delivery.Channel, result.Outcome);
            switch (result.Outcome)
            {
                case DeliveryResult.Sent:
                    _metrics.Latency(delivery.Channel, Now() - delivery.OccurredAt);
                    LogSent(_logger, delivery.EventId, delivery.EventType, delivery.Channel, delivery.RecipientKey);
                    break;
                case DeliveryResult.Dead:
                    LogDead(_logger, delivery.EventId, delivery.EventType, delivery.Channel, delivery.RecipientKey, result.Cause);
                    break;
                case DeliveryResult.Retry:
                    LogRetry(_logger, delivery.EventId, delivery.EventType, delivery.Channel, delivery.Attempts, result.Cause);
                    break;
            }
        }
    }

    private async Task RenewForEverAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Renewal, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested || _inFlight.IsEmpty)
            {
                continue;
            }

            try
            {
                await _queue.RenewAsync(Now(), [.. _inFlight.Values], cancellationToken);
            }
            catch (Exception exception) when (exception is DbException or TimeoutException or IOException or OperationCanceledException)
            {
                LogNotRenewed(_logger, exception.GetType().Name);
            }
        }
    }

    /// <summary>The process ends: what was not begun is anybody's again, what is half sent gets its time.</summary>
    private async Task LetGoAsync()
    {
        var started = _clock.GetTimestamp();
        while (!_inFlight.IsEmpty && _clock.GetElapsedTime(started) < Grace + Busy)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _clock);
        }
    }

    private DateTimeOffset Now()
    {
        var now = _clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < Idle ? pause * 2 : Idle;

    [LoggerMessage(9160, LogLevel.Information, "Messages wait: FEATURE_NOTIFICATION_BUS is off")]
    private static partial void LogOff(ILogger logger);

    [LoggerMessage(9161, LogLevel.Warning, "Nobody is told by mail: neither SMTP_HOST nor MAIL_FOLDER is set")]
    private static partial void LogNoMail(ILogger logger);

    [LoggerMessage(9162, LogLevel.Warning, "Messages cannot be read at the moment; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(9163, LogLevel.Warning, "{Count} deliveries of a worker that is gone are tried again")]
    private static partial void LogRescued(ILogger logger, int count);

    [LoggerMessage(9164, LogLevel.Error, "{Count} events were given up: nobody could be found to tell")]
    private static partial void LogDeadEvents(ILogger logger, int count);

    [LoggerMessage(9165, LogLevel.Debug, "Event {EventId} ({EventType}) went out by {Channel} to {Recipient}")]
    private static partial void LogSent(ILogger logger, Guid eventId, string eventType, string channel, string recipient);

    [LoggerMessage(9166, LogLevel.Warning, "Event {EventId} ({EventType}) by {Channel}, attempt {Attempt}: {Cause}; it is tried again")]
    private static partial void LogRetry(ILogger logger, Guid eventId, string eventType, string channel, int attempt, string? cause);

    [LoggerMessage(9167, LogLevel.Error, "Event {EventId} ({EventType}) by {Channel} to {Recipient} is given up: {Cause}")]
    private static partial void LogDead(ILogger logger, Guid eventId, string eventType, string channel, string recipient, string? cause);

    [LoggerMessage(9168, LogLevel.Warning, "The result of event {EventId} by {Channel} is thrown away: another worker has it by now")]
    private static partial void LogLost(ILogger logger, Guid eventId, string channel);

    [LoggerMessage(9169, LogLevel.Warning, "{Count} results cannot be written at the moment")]
    private static partial void LogNotSettled(ILogger logger, int count, Exception exception);

    [LoggerMessage(9170, LogLevel.Warning, "Leases were not renewed: {Problem}")]
    private static partial void LogNotRenewed(ILogger logger, string problem);

    [LoggerMessage(9171, LogLevel.Error, "Event {EventId} ({EventType}) by {Channel} could not be made")]
    private static partial void LogDeliveryFailed(ILogger logger, Guid eventId, string eventType, string channel, Exception exception);
}
