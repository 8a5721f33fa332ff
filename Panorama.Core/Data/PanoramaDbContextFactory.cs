using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Panorama.Core.Data;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model without starting a process; it never connects.</summary>
internal sealed class PanoramaDbContextFactory : IDesignTimeDbContextFactory<PanoramaDbContext>
{
    public PanoramaDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PanoramaDbContext>().UseNpgsql("Host=127.0.0.1").UsePanoramaConventions()
            .ReplaceService<IMigrationsIdGenerator, StepIds>().Options);
}
