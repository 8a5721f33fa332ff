using Panorama.Core.Data;
using Panorama.Testing;

namespace Panorama.Core.Tests.Data;

public sealed class MigratingADatabase(TestDatabase database)
{
    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        var result = await new MigrationRunner(database.ConnectionString(DatabaseRoles.Migrator)).RunAsync(null, TestContext.Current.CancellationToken);

        Assert.Empty(result.Applied);
        Assert.Equal(0, result.PartitionsMade);
    }
}
