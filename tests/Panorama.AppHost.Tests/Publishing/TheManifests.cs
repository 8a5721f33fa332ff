using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests.Publishing;

/// <summary>
/// Each resource has the members that Aspire's manifest format gives its type, and no other: https://aspire.dev/deployment/manifest-format. These types are our
/// own words for the four kinds that we publish.
/// </summary>
public sealed partial class TheManifests
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    [Theory]
    [InlineData("aspire-manifest.json")]
    [InlineData("deploy/external/aspire-manifest.json")]
    public void They_have_the_members_of_the_format_and_no_other(string file)
    {
        var resources = Read(Deployment.Read(file));

        Assert.NotEmpty(resources);
        Assert.All(resources.Values.OfType<Project>(), p => Assert.EndsWith(".csproj", p.Path, StringComparison.Ordinal));
        Assert.All(resources.Values.OfType<Container>(), c => Assert.Matches(@"^docker\.io/library/[a-z]+:[0-9]+(\.[0-9]+)+$", c.Image));
        Assert.All(
            resources.Values.Select(r => (r as Project)?.Bindings ?? (r as Container)?.Bindings).OfType<Dictionary<string, Binding>>().SelectMany(b => b.Values),
            b => Assert.InRange(b.TargetPort, 1, 65535));
    }

    [Theory]
    [InlineData("\"targetPort\": 8080", "\"targetport\": 8080")]
    [InlineData("\"volumes\": [", "\"volume\": [")]
    [InlineData("\"type\": \"container.v0\"", "\"type\": \"executable.v0\"")]
    [InlineData("\"scheme\": \"http\",", "")]
    public void A_word_that_the_format_does_not_have_is_found(string word, string other)
    {
        var text = Deployment.Read("aspire-manifest.json");
        Assert.Contains(word, text, StringComparison.Ordinal);

        Assert.Throws<JsonException>(() => Read(text.Replace(word, other, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("aspire-manifest.json")]
    [InlineData("deploy/external/aspire-manifest.json")]
    public void Every_expression_leads_to_a_resource(string file)
    {
        var resources = Read(Deployment.Read(file));
        var named = Expression().Matches(Deployment.Read(file));

        Assert.True(named.Count > 20);
        Assert.Empty(named.Select(m => m.Groups["name"].Value).Distinct().Except(resources.Keys));
    }

    private static Dictionary<string, Resource> Read(string text) => JsonSerializer.Deserialize<Manifest>(text, Strict)!.Resources;

    private sealed record Manifest(Dictionary<string, Resource> Resources);

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
    [JsonDerivedType(typeof(Project), "project.v0")]
    [JsonDerivedType(typeof(Container), "container.v0")]
    [JsonDerivedType(typeof(Parameter), "parameter.v0")]
    [JsonDerivedType(typeof(Value), "value.v0")]
    private abstract record Resource;

    private sealed record Project(string Path, List<string>? Args = null, Dictionary<string, string>? Env = null, Dictionary<string, Binding>? Bindings = null) : Resource;

    private sealed record Container(
        string Image, string? ConnectionString = null, string? Entrypoint = null, List<string>? Args = null, List<Volume>? Volumes = null, Dictionary<string, string>? Env = null,
        Dictionary<string, Binding>? Bindings = null) : Resource;

    private sealed record Parameter(string Value, Dictionary<string, Input> Inputs, string? ConnectionString = null) : Resource;

    private sealed record Value(string ConnectionString) : Resource;

    private sealed record Binding(string Scheme, string Protocol, string Transport, int TargetPort, bool External = false);

    private sealed record Volume(string Name, string Target, bool ReadOnly);

    private sealed record Input(string Type, bool Secret = false, InputDefault? Default = null);

    private sealed record InputDefault(Generate? Generate = null, string? Value = null);

    private sealed record Generate(int MinLength, bool Special);

    [GeneratedRegex(@"\{(?<name>[a-z0-9-]+)\.[a-zA-Z0-9.]+\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expression();
}
