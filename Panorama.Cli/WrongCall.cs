using System.CommandLine;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Cli;

/// <summary>Says what is wrong with a call, and what was probably meant.</summary>
internal static class WrongCall
{
    public static string Explain(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0)
        {
            // Only the first: what follows an unknown verb would be unknown because of it.
            return Unknown(command, parsed.UnmatchedTokens[0]);
        }

        return command.Subcommands.Count > 0
            ? $"One of these is needed: {string.Join(", ", command.Subcommands.Select(c => c.Name))}."
            : string.Join(' ', parsed.Errors.Select(error => OneLine(error.Message)).Distinct());
    }

    // The parser lists the values that an option takes below each other.
    private static string OneLine(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length < 2 ? message : $"{lines[0]} {string.Join(", ", lines.Skip(1))}.";
    }

    /// <summary>The command as it is called.</summary>
    public static string Name(Command command)
    {
        var names = new List<string>();
        for (var current = command; current is not RootCommand and not null; current = current.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Insert(0, current.Name);
        }

        return string.Join(' ', names.Prepend("panorama"));
    }

    private static string Unknown(Command command, string token)
    {
        var word = token.Split('=', 2)[0];
        var isOption = word.StartsWith('-');
        var known = isOption ? command.Options.Select(o => o.Name).Append("--help").Distinct().ToList() : command.Subcommands.Select(c => c.Name).ToList();
        if (known.Count == 0)
        {
            return $"'{Name(command)}' takes no '{word}'; options are written as --name=value.";
        }

        var nearest = known.MinBy(name => SettingNames.Distance(name, word.ToLowerInvariant()))!;
        return $"'{Name(command)}' has no {(isOption ? "option" : "verb")} '{word}'; "
            + (SettingNames.Distance(nearest, word.ToLowerInvariant()) <= Math.Max(2, nearest.Length / 3) ? $"did you mean '{nearest}'?" : $"there are {string.Join(", ", known)}.");
    }
}
