using Microsoft.Extensions.Options;

namespace Panorama.ServiceDefaults.Configuration;

/// <summary>What could not be read, said together with what the process itself finds wrong.</summary>
internal sealed class UnreadableSettings(IReadOnlyList<string> problems) : IValidateOptions<UnreadableSettings.Check>
{
    public ValidateOptionsResult Validate(string? name, Check options) => problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

    /// <summary>Looked at first when a process starts.</summary>
    internal sealed class Check;
}
