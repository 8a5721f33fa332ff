using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Panorama.ServiceDefaults;

/// <summary>Which build is running.</summary>
/// <param name="Version">Release, for example <c>1.2.3</c>.</param>
/// <param name="Commit">Full hash of the commit it was built from; null when the build did not know it.</param>
public sealed record AppVersion(string Version, string? Commit)
{
    /// <summary>Both in one, as <c>/health</c> shows it: <c>1.2.3+commit</c>.</summary>
    public string Full => Commit is null ? Version : $"{Version}+{Commit}";

    /// <summary><c>APP_VERSION</c> and <c>APP_COMMIT</c> where the image sets them, else what the build stamped into the program.</summary>
    public static AppVersion Read(IConfiguration configuration, Assembly? program = null)
    {
        var stamped = (program ?? Assembly.GetEntryAssembly())?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var parts = stamped.Split('+', 2);
        return new AppVersion(
            configuration["APP_VERSION"] is { Length: > 0 } version ? version : parts[0],
            configuration["APP_COMMIT"] is { Length: > 0 } commit ? commit : parts.ElementAtOrDefault(1));
    }
}
