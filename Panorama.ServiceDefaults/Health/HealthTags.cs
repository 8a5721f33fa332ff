namespace Panorama.ServiceDefaults.Health;

/// <summary>What the failure of a check means for the process as a whole; a check without a tag makes it unhealthy.</summary>
public static class HealthTags
{
    /// <summary>The database is unreachable, wrong or behind: <c>/health</c> is 503 and says <c>db: down</c>.</summary>
    public const string Database = "db";

    /// <summary>Something is missing that the process can do without: <c>/health</c> stays 200 and says <c>degraded</c>.</summary>
    public const string Degraded = "degraded";
}
