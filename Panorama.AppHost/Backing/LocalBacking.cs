using Panorama.AppHost.Running;

namespace Panorama.AppHost.Backing;

/// <summary>PostgreSQL and Garnet as processes of this machine.</summary>
internal static class LocalBacking
{
    public static Connections Add(IDistributedApplicationBuilder builder, StartOptions options, StateFolder state, LocalPostgres postgres, Secrets secrets)
    {
        var password = secrets.Add("postgres-password");
        var (server, endpoint) = postgres.Add(builder, password, options.PostgresPort);
        var (redis, redisServer) = LocalRedis.Add(builder, state, secrets.Add("redis-password"), options.RedisPort);
        return Connections.To(builder, secrets, endpoint, password, EndpointProperty.IPV4Host) with { Redis = redis, Server = server, RedisServer = redisServer };
    }
}
