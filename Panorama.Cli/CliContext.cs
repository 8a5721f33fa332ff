using Panorama.Cli.Shared;

namespace Panorama.Cli;

/// <summary>What a verb gets from the process around it; a test gives its own.</summary>
/// <param name="Settings">Environment of the process.</param>
/// <param name="In">Where a secret is read from.</param>
/// <param name="Output">Results.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Clock">Time of everything that is written.</param>
/// <param name="IsTerminal">Whether a person watches the output.</param>
internal sealed record CliContext(CliSettings Settings, TextReader In, TextWriter Output, TextWriter Error, TimeProvider Clock, bool IsTerminal)
{
    /// <summary>Who runs the verb: the account of the operating system and the machine.</summary>
    public Operator Operator { get; init; } = Operator.Current;

    public static CliContext FromProcess() =>
        new(CliSettings.FromEnvironment(), Console.In, Console.Out, Console.Error, TimeProvider.System, !Console.IsOutputRedirected);

    /// <summary>Now, cut to milliseconds as the database stores it.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = Clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        }
    }
}

/// <summary>Written into the audit row of each verb that changes a tenant.</summary>
internal sealed record Operator(string Name, string Host)
{
    public static Operator Current => new(Environment.UserName, Environment.MachineName);
}
