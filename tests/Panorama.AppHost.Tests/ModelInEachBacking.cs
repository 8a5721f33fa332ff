using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Panorama.AppHost.Tests;

public sealed class ModelInEachBacking
{
    private static readonly string[] OfTheDashboardAndTheRuntime = ["OTEL_", "ASPNETCORE_", "DOTNET_", "HTTP_PORTS"];

    private static readonly string[] ExternalSettings =
    [
        .. new[] { "panorama", "panorama_auth", "panorama_privileged", "panorama_migrator" }.Select(n => $"--ConnectionStrings:{n}=Host=db.example;Username={n};Password=k3Jq9wQpZr"),
        "--ConnectionStrings:redis=rediss://:k3Jq9wQpZr@redis.example:6380", "--SESSION_SECRET=s", "--DATA_KEY=d", "--AUDIT_SIGNING_KEY=a",
    ];

    [Theory]
    [InlineData("Local", "garnet postgres prepare", "api web worker")]
    [InlineData("Containers", "postgres prepare redis", "api web worker")]
    [InlineData("External", "migrate", "api web worker")]
    public async Task It_has_these_resources(string backing, string behind, string services)
    {
        using var state = new StateOfATest();
        await using var builder = await CreateAsync(state, backing);

        // Each project has a "-rebuilder" of Aspire's, which runs when the dashboard's button is pressed.
        var resources = builder.Resources.Where(r => r is ProjectResource or ExecutableResource or ContainerResource).Select(r => r.Name)
            .Where(n => !n.EndsWith("-rebuilder", StringComparison.Ordinal)).Order();

        Assert.Equal((behind + ' ' + services).Split(' ').Order(), resources);
    }

    [Theory]
    [InlineData("Local")]
    [InlineData("Containers")]
    [InlineData("External")]
    public async Task A_service_has_the_variables_that_the_manifest_says(string backing)
    {
        using var state = new StateOfATest();
        await using var builder = await CreateAsync(state, backing);
        var published = await PublishedManifests.VariablesAsync("aspire-manifest.json");

        foreach (var service in new[] { "api", "worker", "web" })
        {
            var resource = builder.Resources.OfType<ProjectResource>().Single(r => r.Name == service);
#pragma warning disable CS0618 // the names are wanted, which must not need values
            var names = (await resource.GetEnvironmentVariableValuesAsync(DistributedApplicationOperation.Publish)).Keys;
#pragma warning restore CS0618
            // A system on one's own machine keeps objects among its data; elsewhere it takes what it is told, and gets no settings that nobody gave.
            var expected = published[service].Where(n => !IsStorage(n)).Concat(backing != "External" && service != "web" ? ["STORAGE_DIRECTORY"] : []);
            Assert.Equal(Own(expected), Own(names));
        }

        static bool IsStorage(string name) => name is "PHOTO_DELIVERY" || name.StartsWith("STORAGE_", StringComparison.Ordinal) || name.StartsWith("S3_", StringComparison.Ordinal);

        static IEnumerable<string> Own(IEnumerable<string> names) =>
            names.Where(n => !OfTheDashboardAndTheRuntime.Any(p => n.StartsWith(p, StringComparison.Ordinal))).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Services_wait_for_what_they_need()
    {
        using var state = new StateOfATest();
        await using var builder = await CreateAsync(state, "Local");

        var waits = builder.Resources.OfType<ProjectResource>().OrderBy(r => r.Name, StringComparer.Ordinal)
            .SelectMany(r => r.Annotations.OfType<WaitAnnotation>().OrderBy(w => w.Resource.Name, StringComparer.Ordinal)
                .Select(w => $"{r.Name}: {w.WaitType} {w.Resource.Name}"));

        Assert.Equal(
            ["api: WaitUntilHealthy garnet", "api: WaitForCompletion prepare", "prepare: WaitUntilHealthy postgres", "web: WaitUntilHealthy api", "worker: WaitForCompletion prepare"],
            waits);
    }

    [Fact]
    public async Task The_demo_can_be_left_out()
    {
        using var state = new StateOfATest();
        await using var builder = await CreateAsync(state, "Local", "--Demo=false");

        var prepare = builder.Resources.OfType<ProjectResource>().Single(r => r.Name == "prepare");
#pragma warning disable CS0618
        Assert.Equal(["prepare", "--demo=false"], await prepare.GetArgumentValuesAsync());
#pragma warning restore CS0618
    }

    private static async Task<IDistributedApplicationTestingBuilder> CreateAsync(StateOfATest state, string backing, params string[] more)
    {
        string[] arguments = [$"--Backing={backing}", .. state.Options, .. backing == "External" ? ExternalSettings : [], .. more];
        return await DistributedApplicationTestingBuilder.CreateAsync<Projects.Panorama_AppHost>(arguments, TestContext.Current.CancellationToken);
    }
}
