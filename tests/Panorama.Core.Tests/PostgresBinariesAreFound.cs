using Panorama.Testing;

namespace Panorama.Core.Tests;

public sealed class PostgresBinariesAreFound
{
    [Fact]
    public void This_machine_has_a_server_to_test_against() => Assert.NotNull(PostgresServer.BinaryFolder);
}
