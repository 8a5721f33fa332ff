using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.ServiceDefaults;

namespace Panorama.Api.Http;

/// <summary>Which build answers, and where its source is.</summary>
/// <param name="Commit">Full hash; null when the build did not know it.</param>
/// <param name="Source">The source of exactly this build.</param>
/// <param name="Licence">SPDX.</param>
public sealed record VersionResponse(string Version, string? Commit, string Source, string Licence);

internal static class VersionEndpoint
{
    private const string Repository = "https://github.com/panorama-fleet/panorama";

    public static void MapVersion(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/version", Handle).WithTags("System").WithName("GetVersion").WithSummary("Says which build answers and where its source is.").AllowAnonymous();

    private static Ok<VersionResponse> Handle(AppVersion version, IConfiguration configuration)
    {
        var repository = configuration["PANORAMA_SOURCE_URL"] is { Length: > 0 } own ? own.TrimEnd('/') : Repository;
        return TypedResults.Ok(new VersionResponse(
            version.Version, version.Commit, version.Commit is null ? repository : $"{repository}/tree/{version.Commit}", "AGPL-3.0-or-later"));
    }
}
