using System.Collections.Concurrent;

namespace Panorama.Api.Http;

/// <summary>At most <paramref name="Limit"/> calls in any <paramref name="Window"/>.</summary>
internal readonly record struct RateRule(string Key, int Limit, TimeSpan Window);

/// <param name="For">How long until there is a place again; zero when one was taken.</param>
/// <param name="Rule">Index of the rule that has to be waited for longest.</param>
internal sealed record RateWait(TimeSpan For, int Rule);

/// <summary>Counts calls in this process. A refused call does not count, so a caller who waits is let in again.</summary>
internal sealed class SlidingWindows(TimeProvider clock)
{
    private const int MaxKeys = 50_000;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _sweptAt = clock.GetTimestamp();

    /// <summary>Takes one place of each rule, or of none. Null when taken, else how long to wait.</summary>
    public RateWait? TryTake(ReadOnlySpan<RateRule> rules)
    {
        Sweep();
        var now = clock.GetTimestamp();
        RateWait? wait = null;
        for (var i = 0; i < rules.Length; i++)
        {
            if (Of(rules[i]).Wait(now, rules[i], clock) is { } one && (wait is null || one > wait.For))
            {
                wait = new RateWait(one, i);
            }
        }

        if (wait is null)
        {
            foreach (var rule in rules)
            {
                Of(rule).Add(now, rule.Limit);
            }
        }

        return wait;
    }

    /// <summary>Gives the newest place of each rule back.</summary>
    public void Release(ReadOnlySpan<RateRule> rules)
    {
        foreach (var rule in rules)
        {
            if (_entries.TryGetValue(rule.Key, out var entry))
            {
                entry.RemoveNewest();
            }
        }
    }

    private Entry Of(RateRule rule) => _entries.GetOrAdd(rule.Key, static (_, window) => new Entry(window), rule.Window);

    private void Sweep()
    {
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (clock.GetElapsedTime(sweptAt) < SweepEvery && _entries.Count < MaxKeys)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _sweptAt, clock.GetTimestamp(), sweptAt) != sweptAt)
        {
            return;
        }

        foreach (var (key, entry) in _entries)
        {
            if (entry.IsOver(clock))
            {
                _entries.TryRemove(key, out _);
            }
        }

        // Somebody calls from very many addresses: forgetting who called once costs less than the memory.
        if (_entries.Count >= MaxKeys)
        {
            foreach (var (key, _) in _entries.Where(e => e.Value.Count <= 1).Take(MaxKeys / 2))
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    private sealed class Entry(TimeSpan window)
    {
        private readonly Lock _lock = new();
        private readonly LinkedList<long> _taken = [];

        public int Count
        {
            get
            {
                lock (_lock)
                {
                    return _taken.Count;
                }
            }
        }

        public TimeSpan? Wait(long now, RateRule rule, TimeProvider clock)
        {
            lock (_lock)
            {
                while (_taken.First is { } first && clock.GetElapsedTime(first.Value, now) >= rule.Window)
                {
                    _taken.RemoveFirst();
                }

                return _taken.Count < rule.Limit ? null : rule.Window - clock.GetElapsedTime(_taken.First!.Value, now);
            }
        }

        // Two callers may both have seen the last place free: the limit is passed by at most the calls under way.
        public void Add(long now, int limit)
        {
            lock (_lock)
            {
                if (_taken.Count <= limit)
                {
                    _taken.AddLast(now);
                }
            }
        }

        public void RemoveNewest()
        {
            lock (_lock)
            {
                if (_taken.Count > 0)
                {
                    _taken.RemoveLast();
                }
            }
        }

        public bool IsOver(TimeProvider clock)
        {
            lock (_lock)
            {
                return _taken.Last is not { } last || clock.GetElapsedTime(last.Value) >= window;
            }
        }
    }
}
