using System.Globalization;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace Panorama.Api.Http;

/// <summary>The same count, shared by all replicas. Redis holds only what may be lost: when it is away, slow or over its quota the answer is "unknown".</summary>
internal sealed partial class RedisWindows(Func<IConnectionMultiplexer> connect, TimeProvider clock, ILogger<RedisWindows> logger, TimeSpan? patience = null)
{
    private const string Away = "not reachable";

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMilliseconds(250);

    // After a failure nobody else waits 250 ms for a while.
    private static readonly TimeSpan LeaveAloneFor = TimeSpan.FromSeconds(10);

    // All rules or none; returns 0 when taken, else the milliseconds until the tightest one frees a place, and which one that is.
    private const string Take = """
        local now, member, wait, tightest = tonumber(ARGV[1]), ARGV[2], 0, 1
        for i = 1, #KEYS do
          local limit, window = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
          redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - window)
          if redis.call('ZCARD', KEYS[i]) >= limit then
            local oldest = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')
            local one = math.max(math.ceil(tonumber(oldest[2]) + window - now), 1)
            if one > wait then wait, tightest = one, i end
          end
        end
        if wait > 0 then return {wait, tightest} end
        for i = 1, #KEYS do
          redis.call('ZADD', KEYS[i], now, member)
          redis.call('PEXPIRE', KEYS[i], tonumber(ARGV[2 + 2 * i]) + 60000)
        end
        return {0, 1}
        """;

    private readonly Lazy<Task<IConnectionMultiplexer>> _connection = new(() => Task.Run(connect));
    private long _failedAt;
    private volatile bool _failed;
    private volatile string _failure = "";
    private volatile IConnectionMultiplexer? _connected;

    /// <summary>Why the last use failed, or that the connection was lost since, in words for an operator; null when neither is so, and before the first use.</summary>
    public string? Failure => _failed ? _failure : _connected is { IsConnected: false } ? Away : null;

    /// <summary>Begins to connect, and waits for nothing.</summary>
    public void Connect() => _ = _connection.Value;

    /// <summary>Zero when taken, else how long to wait; null when Redis cannot say.</summary>
    public Task<RateWait?> TryTakeAsync(RateRule[] rules, string member, CancellationToken cancellationToken)
    {
        var keys = Array.ConvertAll(rules, rule => (RedisKey)rule.Key);
        var values = new List<RedisValue> { clock.GetUtcNow().ToUnixTimeMilliseconds(), member };
        foreach (var rule in rules)
        {
            values.Add(rule.Limit);
            values.Add((long)rule.Window.TotalMilliseconds);
        }

        return AskAsync(
            async database =>
            {
                var answer = (long[])(await database.ScriptEvaluateAsync(Take, keys, [.. values]))!;
                return new RateWait(TimeSpan.FromMilliseconds(answer[0]), (int)answer[1] - 1);
            },
            cancellationToken);
    }

    /// <summary>Takes back the caller's own entries.</summary>
    public Task ReleaseAsync(RateRule[] rules, string member, CancellationToken cancellationToken) => AskAsync(
        async database =>
        {
            foreach (var rule in rules)
            {
                await database.SortedSetRemoveAsync(rule.Key, member);
            }

            return new RateWait(TimeSpan.Zero, 0);
        },
        cancellationToken);

    public static string Member(TimeProvider clock) =>
        string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow().ToUnixTimeMilliseconds()}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    private async Task<RateWait?> AskAsync(Func<IDatabase, Task<RateWait>> ask, CancellationToken cancellationToken)
    {
        if (_failed && clock.GetElapsedTime(Volatile.Read(ref _failedAt)) < LeaveAloneFor)
        {
            return null;
        }

        try
        {
            var answer = await AskNowAsync(ask).WaitAsync(_patience, clock, cancellationToken);
            _failed = false;
            return answer;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or InvalidCastException or ObjectDisposedException)
        {
            if (!_failed)
            {
                LogAway(logger, exception.Message);
            }

            // The client may tell of a lost connection, and of the refusal that it was lost by only inside.
            _failure = exception.ToString().Contains("limit exceeded", StringComparison.OrdinalIgnoreCase) ? "over its quota" : Away;
            Volatile.Write(ref _failedAt, clock.GetTimestamp());
            _failed = true;
            return null;
        }
    }

    private async Task<RateWait> AskNowAsync(Func<IDatabase, Task<RateWait>> ask) => await ask((_connected = await _connection.Value).GetDatabase());

    [LoggerMessage(120, LogLevel.Warning, "Redis is not usable, limits are counted in this process alone: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
