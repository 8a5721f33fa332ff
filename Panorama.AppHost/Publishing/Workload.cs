#pragma warning disable ASPIREPIPELINES001 // the pipeline's interface is not final
using Aspire.Hosting.Pipelines;

namespace Panorama.AppHost.Publishing;

/// <summary>One container of a deployment, as the model has it: what every target is written from.</summary>
/// <param name="Variables">By name; the values are the model's objects, not texts.</param>
internal sealed record Workload(IResource Resource, IReadOnlyDictionary<string, object?> Variables, IReadOnlyList<object?> Arguments, bool EndsByItself)
{
    // Aspire gives it to each project; the exporter that would read it is not there without an address to export to.
    private const string ExporterRetry = "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY";

    public string Name => Resource.Name;

    /// <summary>Whether it is one of Panorama's own images.</summary>
    public bool IsOurs => Resource is ProjectResource;

    /// <summary>Last part of the project's name: api, worker, web, cli.</summary>
#pragma warning disable CA1308 // names of images are lower case
    public string Image => Assembly.Split('.')[^1].ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The published program inside the image.</summary>
    public string Program => $"/app/{(Image == "cli" ? "panorama" : Assembly)}";

    /// <summary>Port that answers <c>/health</c>; null where nothing listens.</summary>
    public int? Port => IsOurs ? Endpoint("http")?.TargetPort : Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault()?.TargetPort;

    /// <summary>Whether it is meant to be reached from outside.</summary>
    public bool IsPublic => Endpoint("http")?.IsExternal == true;

    public IEnumerable<ContainerMountAnnotation> Volumes => Resource.Annotations.OfType<ContainerMountAnnotation>().Where(m => m.Type is ContainerMountType.Volume);

    /// <summary>What must be there first, and how.</summary>
    public IEnumerable<(string Name, WaitType How)> Waits => Resource.Annotations.OfType<WaitAnnotation>()
        .Select(wait => (wait.Resource is IResourceWithParent child ? child.Parent.Name : wait.Resource.Name, wait.WaitType))
        .Distinct().OrderBy(wait => wait.Item1, StringComparer.Ordinal);

    private string Assembly => Path.GetFileNameWithoutExtension(((ProjectResource)Resource).GetProjectMetadata().ProjectPath);

    private EndpointAnnotation? Endpoint(string name) => Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.Name == name);

    /// <summary>Every container of the model; what others wait for comes before them.</summary>
    public static async Task<IReadOnlyList<Workload>> ReadAsync(PipelineStepContext context)
    {
        var resources = context.Model.Resources.Where(r => r is ContainerResource or ProjectResource && !r.IsExcludedFromPublish()).ToList();
        var read = new List<Workload>();
        foreach (var resource in resources)
        {
            var built = await ExecutionConfigurationBuilder.Create(resource).WithEnvironmentVariablesConfig().WithArgumentsConfig()
                .BuildAsync(context.ExecutionContext, context.Logger, context.CancellationToken);
            if (built.Exception is { } failure)
            {
                throw new DistributedApplicationException($"{resource.Name} cannot be written: {failure.Message}", failure);
            }

            var variables = built.EnvironmentVariablesWithUnprocessed.ToDictionary(v => v.Key, v => (object?)v.Value.Item1, StringComparer.Ordinal);
            foreach (var name in variables.Keys.Where(n => n == ExporterRetry || (n.Contains('-', StringComparison.Ordinal) && variables.ContainsKey(n.Replace('-', '_')))).ToList())
            {
                variables.Remove(name); // of both spellings of a connection's name every shell can say one
            }

            read.Add(new Workload(
                resource, new SortedDictionary<string, object?>(variables, StringComparer.Ordinal), [.. built.ArgumentsWithUnprocessed.Select(a => (object?)a.Item1)],
                resources.Exists(other => other.Annotations.OfType<WaitAnnotation>().Any(w => w.Resource == resource && w.WaitType is WaitType.WaitForCompletion))));
        }

        return [.. read.OrderBy(Depth).ThenBy(w => w.Name, StringComparer.Ordinal)];

        int Depth(Workload workload) => workload.Waits.Select(wait => 1 + Depth(read.Single(w => w.Name == wait.Name))).DefaultIfEmpty(0).Max();
    }
}
