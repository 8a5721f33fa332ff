namespace Panorama.AppHost.Publishing;

/// <summary>What a compose file says of somebody else's image beyond the model: Aspire has no words for it.</summary>
/// <param name="User">Account of the image that owns its data; with it the image needs no capability at all.</param>
/// <param name="HealthCheck">Shell command that ends with 0 when the server answers.</param>
/// <param name="Command">Takes the place of entry point and arguments, which would show a secret in the list of processes; null keeps them.</param>
/// <param name="Tmpfs">What the image writes outside its volume.</param>
/// <param name="SharedMemory">Size of <c>/dev/shm</c>; null for the engine's own.</param>
/// <param name="StopSignal">Null for the image's own.</param>
internal sealed record ContainerDetails(
    string User,
    string HealthCheck,
    string Memory,
    IReadOnlyList<string> Tmpfs,
    IReadOnlyList<string>? Command = null,
    string? SharedMemory = null,
    string? StopSignal = null) : IResourceAnnotation;

/// <summary>Marks a parameter whose value is a key with its id, <c>id:base64url of 32 bytes</c>.</summary>
internal sealed class KeyAnnotation : IResourceAnnotation;

/// <summary>Marks a secret that an installation may do without.</summary>
/// <param name="When">When it is needed, as the end of a sentence.</param>
internal sealed record OptionalAnnotation(string When) : IResourceAnnotation;
