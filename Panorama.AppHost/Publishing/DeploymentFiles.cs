#pragma warning disable ASPIREPIPELINES001 // the pipeline's interface is not final
using System.Text;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panorama.AppHost.Backing;

namespace Panorama.AppHost.Publishing;

/// <summary>The steps that write deployment files from the model: <c>--operation publish --step publish-compose --output-path FOLDER</c>.</summary>
internal static class DeploymentFiles
{
    public const string Header = "Written by scripts/publish from Panorama.AppHost: change the model, not this file.";

    private static readonly (string Step, BackingKind Backing, Func<IReadOnlyList<Workload>, IEnumerable<(string File, string Text)>> Write)[] All =
    [
        ("publish-compose", BackingKind.Containers, ComposeFiles.Write),
        ("publish-fly", BackingKind.External, FlyFiles.Write),
        ("publish-kubernetes", BackingKind.External, KubernetesFiles.Write),
    ];

    /// <summary>Which backing each step's files are for.</summary>
    public static IReadOnlyDictionary<string, BackingKind> Steps { get; } = All.ToDictionary(s => s.Step, s => s.Backing, StringComparer.OrdinalIgnoreCase);

    public static void Add(IDistributedApplicationBuilder builder, BackingKind backing)
    {
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        foreach (var (step, _, write) in All.Where(s => s.Backing == backing))
        {
            builder.Pipeline.AddStep(step, context => WriteAsync(step, write, context));
        }
    }

    private static async Task WriteAsync(string step, Func<IReadOnlyList<Workload>, IEnumerable<(string File, string Text)>> write, PipelineStepContext context)
    {
        var folder = context.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.OutputPath
            ?? throw new DistributedApplicationException($"{step} needs --output-path, the folder to write to.");
        Directory.CreateDirectory(folder);
        foreach (var (file, text) in write(await Workload.ReadAsync(context)))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), context.CancellationToken);
            context.Summary.Add(file, folder);
        }
    }
}
