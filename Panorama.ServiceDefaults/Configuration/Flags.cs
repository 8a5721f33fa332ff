namespace Panorama.ServiceDefaults.Configuration;

/// <summary>How a setting says yes or no.</summary>
public static class Flags
{
    /// <summary>true, false, 1, 0, yes, no; null for anything else, also for none.</summary>
    public static bool? Read(string? text) => text?.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };
}
