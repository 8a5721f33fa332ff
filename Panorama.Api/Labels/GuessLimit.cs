using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Labels;

/// <summary>Thirty codes a minute that lead nowhere, for each person. Counted in process: in Redis every scan would spend the quota.</summary>
internal sealed class GuessLimit(SlidingWindows windows, Actor actor)
{
    public const int PerMinute = 30;
    private const string Scope = "labels";

    private readonly RateRule[] _rules = [new($"labels:{actor.UserId}", PerMinute, TimeSpan.FromMinutes(1))];

    /// <summary>Takes a place before the look-up, so that guesses sent at once count as well.</summary>
    /// <returns>Null when the look-up may go on.</returns>
    public ProblemHttpResult? Take(HttpContext context) =>
        windows.TryTake(_rules) is { } wait ? Problems.TooMany(context, Scope, wait.For) : null;

    /// <summary>It led somewhere.</summary>
    public void GiveBack() => windows.Release(_rules);
}
