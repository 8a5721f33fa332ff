using System.Runtime.CompilerServices;
using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

public sealed class CatalogueOfTheDatabase(TestDatabase database)
{
    /// <summary>Set <c>PANORAMA_UPDATE_SNAPSHOTS=1</c> to write the file anew after a migration, and read what changed.</summary>
    [Fact]
    public async Task The_committed_file_is_what_the_migrations_make()
    {
        await using var connection = await database.OpenAsync(DatabaseRoles.Migrator, TestContext.Current.CancellationToken);
        var actual = Catalogue.Write(await Catalogue.ReadAsync(connection, TestContext.Current.CancellationToken));
        if (Environment.GetEnvironmentVariable("PANORAMA_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(Path.GetFullPath(Path.Combine(Here(), "../../../../Panorama.Core/Data/catalogue.txt")), actual, TestContext.Current.CancellationToken);
        }

        Assert.Equal(actual, Catalogue.Write(Catalogue.Expected));
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
