namespace Panorama.Core.Tenancy;

/// <summary>What names a time zone: an IANA name. Windows' names and offsets are none, since they mean nothing in a browser or the database.</summary>
public static class TimeZoneRules
{
    public static bool IsValid(string zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return zone == "UTC" || (zone.Length <= 64 && zone.Contains('/', StringComparison.Ordinal) && !zone.Contains("..", StringComparison.Ordinal)
            && zone[0] != '/' && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _));
    }
}
