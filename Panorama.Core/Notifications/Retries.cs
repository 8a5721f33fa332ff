namespace Panorama.Core.Notifications;

/// <summary>When a failed delivery is tried again.</summary>
public static class Retries
{
    /// <summary>What has failed for so long is a dead letter.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] First = [.. new[] { 1, 2, 4, 8, 16 }.Select(m => TimeSpan.FromMinutes(m))];

    /// <summary>1, 2, 4, 8, 16 minutes, then an hour each; a fifth more or less, so that not all come back at once.</summary>
    /// <param name="attempts">How often it has been tried, at least once.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan After(int attempts, double random)
    {
        var pause = attempts <= First.Length ? First[Math.Max(attempts, 1) - 1] : TimeSpan.FromHours(1);
        return pause * (0.8 + (0.4 * random));
    }
}
