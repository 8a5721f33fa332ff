using System.Collections.Concurrent;
using Panorama.Api.Identity;

namespace Panorama.Api.Http;

/// <summary>300 requests a minute per session or address, counted in process: in Redis it would spend the quota.</summary>
internal sealed class GlobalLimit(RequestDelegate next, SlidingWindows windows, ProvenSessions proven, SessionCookie cookie)
{
    public const int PerMinute = 300;

    public Task InvokeAsync(HttpContext context)
    {
        // A health probe must not be refused because somebody behind the same address is busy.
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            return next(context);
        }

        // A made-up cookie would buy its sender 300 more: only one that has signed in counts for itself.
        var key = cookie.Read(context.Request) is { } token && proven.TenantOf(token) is not null
            ? $"global:session:{token}"
            : $"global:address:{ClientAddress.LimitKey(context)}";
        return windows.TryTake([new RateRule(key, PerMinute, TimeSpan.FromMinutes(1))]) is { } wait
            ? Problems.TooMany(context, "global", wait.For).ExecuteAsync(context)
            : next(context);
    }
}

/// <summary>Cookies that opened a session here lately. The limiter asks, and when a session is opened: whether it is valid is the database's answer, each time.</summary>
internal sealed class ProvenSessions(TimeProvider clock)
{
    private const int Most = 20_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (long At, Guid Tenant)> _seen = new(StringComparer.Ordinal);

    /// <summary>The organisation in which the session was open then, empty for none; null when it did not open lately.</summary>
    public Guid? TenantOf(string token) => _seen.TryGetValue(token, out var seen) && clock.GetElapsedTime(seen.At) < KeptFor ? seen.Tenant : null;

    public void Add(string token, Guid? tenant)
    {
        if (_seen.Count >= Most)
        {
            foreach (var (old, seen) in _seen)
            {
                if (clock.GetElapsedTime(seen.At) >= KeptFor || _seen.Count >= Most)
                {
                    _seen.TryRemove(old, out _);
                }
            }
        }

        _seen[token] = (clock.GetTimestamp(), tenant ?? Guid.Empty);
    }

    public void Remove(string token) => _seen.TryRemove(token, out _);
}
