namespace Panorama.Api.Http;

/// <summary>Limits that count across replicas where Redis is up, and in this process always.</summary>
internal sealed class RateLimits(SlidingWindows local, TimeProvider clock, RedisWindows? redis = null)
{
    /// <summary>Takes one place of each rule. Refused calls do not count.</summary>
    public async Task<RateLease> TakeAsync(RateRule[] rules, CancellationToken cancellationToken)
    {
        if (local.TryTake(rules) is { } wait)
        {
            return new RateLease(this, rules, "", wait.For);
        }

        var member = RedisWindows.Member(clock);
        if (redis is not null && await redis.TryTakeAsync(rules, member, cancellationToken) is { For: { Ticks: > 0 } shared })
        {
            local.Release(rules);
            return new RateLease(this, rules, "", shared);
        }

        return new RateLease(this, rules, member, null);
    }

    internal async Task ReleaseAsync(RateRule[] rules, string member, CancellationToken cancellationToken)
    {
        local.Release(rules);
        if (redis is not null)
        {
            await redis.ReleaseAsync(rules, member, cancellationToken);
        }
    }
}

/// <param name="RetryAfter">Null when the call may go on.</param>
internal sealed record RateLease(RateLimits Limits, RateRule[] Rules, string Member, TimeSpan? RetryAfter)
{
    /// <summary>Gives the places back, for a call that turned out not to be worth counting.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => Limits.ReleaseAsync(Rules, Member, cancellationToken);
}
