using Panorama.AppHost.Publishing;

namespace Panorama.AppHost.Backing;

/// <summary>The secrets of the model: kept in the state folder when it runs, given by settings with External, a rule and never a value when it is published.</summary>
internal sealed class Secrets(IDistributedApplicationBuilder builder, StateFolder? state)
{
    /// <summary>Letters and digits only: nothing to quote anywhere.</summary>
    public IResourceBuilder<ParameterResource> Add(string name, int length = 32) => builder.ExecutionContext.IsRunMode
        ? builder.AddParameter(name, () => Value(name, () => StateFolder.Letters(length)), publishValueAsDefault: false, secret: true)
        : builder.AddParameter(name, new GenerateParameterDefault { MinLength = length, Special = false }, secret: true);

    /// <summary>A key with its id, <c>id:base64url of 32 bytes</c>; who publishes supplies it, for no generator of a manifest makes that form.</summary>
    public IResourceBuilder<ParameterResource> AddKey(string name) => builder.ExecutionContext.IsRunMode
        ? builder.AddParameter(name, () => Value(name, StateFolder.Key), publishValueAsDefault: false, secret: true)
        : builder.AddParameter(name, secret: true).WithAnnotation(new KeyAnnotation());

    private string Value(string name, Func<string> create) => state is null
        ? builder.Configuration[name.ToUpperInvariant().Replace('-', '_')] ?? ""
        : state.Secret(name, create);
}
