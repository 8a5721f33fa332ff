namespace Panorama.ServiceDefaults.Configuration;

/// <summary>Settings that keep a process from starting: one sentence each, naming keys and never values.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
