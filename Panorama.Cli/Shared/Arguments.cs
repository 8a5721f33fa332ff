using Panorama.Core.Identity;
using Panorama.Core.Tenancy;
using Panorama.Core.Input;

namespace Panorama.Cli.Shared;

/// <summary>Values of options that more than one verb takes; what is valid is a rule of Core.</summary>
internal static class Arguments
{
    /// <summary>The address in lower case.</summary>
    /// <exception cref="CliException">Not an address.</exception>
    public static string Email(string value, string option)
    {
        var address = value.Trim();
        Refuse(option, address, EmailRules.Problem(address));
        return address.ToLowerInvariant();
    }

    /// <summary>A name, trimmed.</summary>
    /// <exception cref="CliException">Blank, too long, or with characters that are no text.</exception>
    public static string Name(string value, string option)
    {
        Refuse(option, value.Trim(), NameRules.Problem(value));
        return value.Trim();
    }

    /// <summary>A name where one is given.</summary>
    /// <exception cref="CliException">Blank, too long, or with characters that are no text.</exception>
    public static string? NameOrNull(string? value, string option) => value is null ? null : Name(value, option);

    /// <exception cref="CliException">Not what a slug may be.</exception>
    public static string Slug(string value, string option)
    {
        Refuse(option, value, SlugRules.Problem(value));
        return value;
    }

    private static void Refuse(string option, string value, string? problem)
    {
        if (problem is not null)
        {
            var shown = value.Length == 0 ? "" : value.Length > 60 ? $" '{value[..60]}…'" : $" '{value}'";
            throw new CliException($"{option}{shown} {problem}.", ExitCodes.Usage);
        }
    }
}
