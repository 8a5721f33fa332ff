namespace Panorama.Cli;

/// <summary>Ends a verb with one sentence for the operator.</summary>
internal sealed class CliException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>How a verb ends.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>It failed, or it found something.</summary>
    public const int Failed = 1;

    /// <summary>It completed and left out what it rejected.</summary>
    public const int Rejects = 2;

    /// <summary>It was called wrongly; nothing was done.</summary>
    public const int Usage = 64;

    /// <summary>The database cannot be reached; nothing was done, and another attempt may work (sysexits.h: EX_UNAVAILABLE).</summary>
    public const int Unavailable = 69;
}
