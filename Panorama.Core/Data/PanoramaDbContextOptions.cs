using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Panorama.Core.Data;

/// <summary>Options that every process gives its <see cref="PanoramaDbContext"/>.</summary>
public static class PanoramaDbContextOptions
{
    /// <summary>Snake case names; refused commands are logged at Debug, since a violated constraint is an expected answer here.</summary>
    public static DbContextOptionsBuilder<T> UsePanoramaConventions<T>(this DbContextOptionsBuilder<T> builder)
        where T : DbContext
    {
        UsePanoramaConventions((DbContextOptionsBuilder)builder);
        return builder;
    }

    /// <inheritdoc cref="UsePanoramaConventions{T}"/>
    public static DbContextOptionsBuilder UsePanoramaConventions(this DbContextOptionsBuilder builder) => builder
        .UseSnakeCaseNamingConvention()
        .ConfigureWarnings(w => w.Log(
            (RelationalEventId.CommandError, LogLevel.Debug),
            (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
}
