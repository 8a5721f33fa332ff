namespace Panorama.AppHost.Running;

/// <summary>Why nothing was started: one sentence each, and the exit code.</summary>
internal sealed class StartException(int exitCode, params IReadOnlyList<string> sentences) : Exception(string.Join(' ', sentences))
{
    /// <summary>This machine lacks something, or it is taken.</summary>
    public const int Machine = 69;

    /// <summary>An option or a value that does not exist.</summary>
    public const int Usage = 64;

    /// <summary>Settings that are missing or cannot be used.</summary>
    public const int Settings = 78;

    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Sentences { get; } = sentences;
}
