using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.ServiceDefaults;

/// <summary>What may be written down of the settings of a process.</summary>
public static class ConfigurationDigest
{
    private const int Shown = 16;

    /// <summary>Changes when a setting does that is no secret; the same values give the same text everywhere.</summary>
    public static string Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var text = new StringBuilder();
        foreach (var name in Plain().Order(StringComparer.Ordinal))
        {
            text.Append(name).Append('=').Append(configuration[name]).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Shown];
    }

    /// <summary>The settings of yes and no that are yes.</summary>
    public static IReadOnlyList<string> Flags(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return [.. Plain().Where(name => Panorama.ServiceDefaults.Configuration.Flags.Read(configuration[name]) is true).Order(StringComparer.Ordinal)];
    }

    // Which build it is stands beside it.
    private static IEnumerable<string> Plain() => SettingCatalogue.Settings.Where(s => !s.IsSecret).Select(s => s.Name).Except(["APP_VERSION", "APP_COMMIT"]);
}
