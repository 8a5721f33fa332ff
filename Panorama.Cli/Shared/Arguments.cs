namespace Panorama.Cli.Shared;

/// <summary>Values of options that more than one verb takes.</summary>
internal static class Arguments
{
    /// <summary>The address in lower case.</summary>
    /// <exception cref="CliException">Not an address.</exception>
    public static string Email(string value, string option) =>
        System.Net.Mail.MailAddress.TryCreate(value.Trim(), out var address) && address.Address == value.Trim()
            ? value.Trim().ToLowerInvariant()
            : throw new CliException($"{option} '{value}' is not an e-mail address.", ExitCodes.Usage);

    /// <exception cref="CliException">Blank.</exception>
    public static string Required(string value, string option) =>
        string.IsNullOrWhiteSpace(value) ? throw new CliException($"{option} may not be empty.", ExitCodes.Usage) : value.Trim();
}
