using Panorama.Core.Data;

namespace Panorama.Core.Tests.Data;

public sealed class ReachingTheServer
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1:5432", true)]
    [InlineData("::1", true)]
    [InlineData("[::1]:5432", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.0.9", true)]
    [InlineData("fd00::5", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("[2001:db8::1]:5432", false)]
    [InlineData("::ffff:203.0.113.5", false)]
    [InlineData("203.0.113.5", false)]
    [InlineData("postgres", true)]
    [InlineData("/var/run/postgresql", true)]
    [InlineData("db.railway.internal", true)]
    [InlineData("db.example", false)]
    [InlineData("db.example:6543", false)]
    public void A_private_host_is_told_from_a_public_one(string host, bool isPrivate) => Assert.Equal(isPrivate, PostgresTls.IsPrivate(host));

    [Theory]
    [InlineData("Host=db.example", false)]
    [InlineData("Host=db.example;SSL Mode=Require", false)]
    [InlineData("Host=db.example;SSL Mode=VerifyCA", false)]
    [InlineData("Host=db.example;SSL Mode=VerifyFull", true)]
    [InlineData("Host=10.0.0.5,db.example", false)]
    [InlineData("Host=10.0.0.5,postgres;SSL Mode=Disable", true)]
    public void A_server_elsewhere_is_verified(string connectionString, bool isFine) =>
        Assert.Equal(isFine ? null : "X must say SSL Mode=VerifyFull outside loopback and private networks, unless ALLOW_INSECURE_POSTGRES_TLS=true.", PostgresTls.Problem("X", connectionString));

    [Theory]
    [InlineData(100, 3, null)]
    [InlineData(23, 3, null)]
    [InlineData(22, 3, "one Api and one Worker open 20, the server allows 19 (max_connections 22, 3 reserved)")]
    public void A_server_that_allows_too_few_connections_is_a_finding(int maxConnections, int reserved, string? finding) =>
        Assert.Equal(finding, ConnectionPools.Shortage(maxConnections, reserved));
}
