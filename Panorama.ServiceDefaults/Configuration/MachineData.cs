using System.Globalization;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>
/// What an image or a machine has to bring. Small images leave it out, and the platform then calls every zone UTC or unknown and writes every language alike:
/// better to end at once.
/// </summary>
internal static class MachineData
{
    /// <summary>A zone and a language that the product is used in.</summary>
    private const string Zone = "America/Sao_Paulo";
    private const string Language = "pt-BR";

    public static IEnumerable<string> Problems()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
        {
            yield return $"This machine has no time-zone data: {Zone} is not known. Install the package tzdata.";
        }

        if (!HasLanguages())
        {
            yield return $"This machine has no data of languages: {Language} is not known. Install ICU (libicu) and leave DOTNET_SYSTEM_GLOBALIZATION_INVARIANT out.";
        }
    }

    private static bool HasLanguages()
    {
        try
        {
            return CultureInfo.GetCultureInfo(Language, predefinedOnly: true).DateTimeFormat.GetMonthName(2) == "fevereiro";
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }
}
