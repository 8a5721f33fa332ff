using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Panorama.Api.Http;
using Panorama.Api.Settings;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Photos;

/// <summary>
/// So many uploads in any hour for each person and each organisation. Counted in Redis where the settings name one, and while that
/// does not answer nothing is taken: an upload costs too much to be let through uncounted. What is sent again and what is refused here counts for nothing.
/// </summary>
internal sealed class UploadRate(IOptions<PhotoOptions> options, SlidingWindows local, TimeProvider clock, RedisWindows? redis = null)
{
    private const string Scope = "uploads";
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // In the order of the rules.
    private static readonly string[] Buckets = ["user", "tenant"];

    /// <returns>With a refusal which of the two counts is full; null when it cannot be told.</returns>
    public async Task<(UploadPlace? Place, ProblemHttpResult? Refusal, string? Bucket)> TakeAsync(HttpContext context, Actor actor, CancellationToken cancellationToken)
    {
        RateRule[] rules =
        [
            new($"inspection:photo:upload:user:{actor.TenantId}:{actor.UserId}:hour", options.Value.OfUser, Window),
            new($"inspection:photo:upload:tenant:{actor.TenantId}:hour", options.Value.OfTenant, Window),
        ];
        if (redis is null)
        {
            return local.TryTake(rules) is { } soon ? TooMany(soon) : (new UploadPlace(() => local.Release(rules)), null, null);
        }

        var member = RedisWindows.Member(clock);
        return await redis.TryTakeAsync(rules, member, cancellationToken) switch
        {
            null => (null, Problems.Unavailable(context, Problems.RateLimiterUnavailable), null),
            { For.Ticks: > 0 } wait => TooMany(wait),
            _ => (new UploadPlace(() => redis.ReleaseAsync(rules, member, CancellationToken.None)), null, null),
        };

        (UploadPlace?, ProblemHttpResult?, string?) TooMany(RateWait wait) => (null, Problems.TooMany(context, Scope, wait.For), Buckets[wait.Rule]);
    }
}

/// <summary>One upload that was counted.</summary>
internal sealed class UploadPlace(Func<Task> release)
{
    public UploadPlace(Action release)
        : this(() =>
        {
            release();
            return Task.CompletedTask;
        })
    {
    }

    /// <summary>Nothing was made of it, and not for anything that was wrong with the file.</summary>
    public Task ReleaseAsync() => release();
}
