using System.Globalization;
using System.Text;

namespace Panorama.AppHost.Publishing;

/// <summary>What each file of <c>secrets/</c> holds, for <c>panorama init</c>: a line each, with a rule in place of every value.</summary>
internal static class SecretsTemplate
{
    public static string Write(IReadOnlyList<Workload> workloads)
    {
        var text = new StringBuilder(
            $"# {DeploymentFiles.Header}\n# 'panorama init' makes one file of secrets/ from each line. In braces: a value's name and how it is made; the same name is the same value.\n");
        foreach (var (name, value) in workloads.SelectMany(w => w.Variables.Values).Select(v => (Name: Expressions.SecretOf(v), Value: v))
            .Where(s => s.Name is not null).DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = {new Rules().Text(value)}\n");
        }

        return text.ToString();
    }

    private sealed class Rules : Expressions
    {
        protected override string Parameter(ParameterResource parameter)
        {
            var rule = parameter switch
            {
                { Default: GenerateParameterDefault generated } => string.Create(CultureInfo.InvariantCulture, $"letters {generated.MinLength}"),
                _ when parameter.HasAnnotationOfType<KeyAnnotation>() => "key",
                _ when parameter.HasAnnotationOfType<OptionalAnnotation>() => "given",
                _ => throw new InvalidOperationException($"Nothing says how the secret {parameter.Name} is made."),
            };
            return $"{{{parameter.Name}|{rule}}}";
        }
    }
}
