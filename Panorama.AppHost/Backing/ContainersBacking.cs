using Panorama.AppHost.Publishing;

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
            .WithEnvironment("POSTGRES_DB", "panorama")
            // A block that the disk changed is noticed when it is read.
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256 --auth-local=scram-sha-256 --data-checksums")
            .WithArgs("-c", "log_min_duration_statement=500")
            .WithAnnotation(new ContainerDetails(
                User: "999:999",
                // Over TCP: while the image sets the database up, its server answers on the socket already.
                HealthCheck: "pg_isready -q -h 127.0.0.1 -U postgres -d panorama",
                Memory: "512m",
                Tmpfs: ["/tmp:size=64m,mode=1777", "/var/run/postgresql:size=1m,uid=999,gid=999,mode=0775"],
                SharedMemory: "128m",
                StopSignal: "SIGINT")); // disconnects clients; SIGTERM would wait for them
        var redis = builder.AddRedis("redis", password: secrets.Add("redis-password"))
            .WithImageTag("7.0.15")
            .WithDataVolume("panorama-redis")
            .WithAnnotation(new ContainerDetails(
                User: "999:999",
                HealthCheck: "REDISCLI_AUTH=\"$$(cat \"$$REDIS_PASSWORD_FILE\")\" redis-cli ping | grep -q PONG",
                Memory: "128m",
                Tmpfs: ["/tmp:size=1m,uid=999,gid=999,mode=0700"],
                Command:
                [
                    "/bin/sh", "-c",
                    "umask 077 && printf 'requirepass %s\\n' \"$$(cat \"$$REDIS_PASSWORD_FILE\")\" > /tmp/redis.conf"
                        + " && exec redis-server /tmp/redis.conf --dir /data --save 60 1 --maxmemory 64mb --maxmemory-policy noeviction",
                ]));
        return Connections.To(builder, secrets, server.Resource.PrimaryEndpoint, password) with { Redis = redis, Server = server, RedisServer = redis };
    }
}
