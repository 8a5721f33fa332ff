namespace Panorama.Api.Http;

/// <summary>The codes a route answers with, by status, for the API description.</summary>
internal sealed record DeclaredProblems(IReadOnlyList<ProblemKind> Kinds);

internal static class EndpointDescriptions
{
    /// <summary>Declares the refusals of a route or group; those of every route (500, 503, 429) are not repeated.</summary>
    public static T Fails<T>(this T builder, params ProblemKind[] kinds)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new DeclaredProblems(kinds));
}
