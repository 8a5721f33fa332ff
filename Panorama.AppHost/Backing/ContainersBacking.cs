namespace Panorama.AppHost.Backing;

/// <summary>PostgreSQL and Redis as containers.</summary>
internal static class ContainersBacking
{
    public static Connections Add(IDistributedApplicationBuilder builder, Secrets secrets)
    {
        var password = secrets.Add("postgres-password");
        var server = builder.AddPostgres("postgres", password: password)
            .WithImageTag("17.6") // before the volume: where the data lies depends on it
            .WithDataVolume("panorama-postgres")
            .WithEnvironment("POSTGRES_DB", "panorama");
        var redis = builder.AddRedis("redis", password: secrets.Add("redis-password"))
            .WithImageTag("7.0")
            .WithDataVolume("panorama-redis");
        return Connections.To(builder, secrets, server.Resource.PrimaryEndpoint, password) with { Redis = redis, Server = server, RedisServer = redis };
    }
}
