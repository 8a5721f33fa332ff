namespace Panorama.AppHost.Backing;

using ConnectionString = IResourceBuilder<IResourceWithConnectionString>;

/// <summary>What a backing offers the services: one connection for each database login, and Redis.</summary>
/// <param name="Bootstrap">The installer; null where the logins are made by hand.</param>
/// <param name="Server">The database server, to wait for; null where it is not ours.</param>
/// <param name="RedisServer">The same for Redis.</param>
internal sealed record Connections(
    ConnectionString App,
    ConnectionString Auth,
    ConnectionString Privileged,
    ConnectionString Migrator,
    ConnectionString Redis,
    ConnectionString? Backup = null,
    ConnectionString? Bootstrap = null,
    IResourceBuilder<IResource>? Server = null,
    IResourceBuilder<IResource>? RedisServer = null)
{
    /// <summary>One connection string for each login of a server that this model starts.</summary>
    public static Connections To(
        IDistributedApplicationBuilder builder, Secrets secrets, EndpointReference server, IResourceBuilder<ParameterResource> installerPassword,
        EndpointProperty host = EndpointProperty.Host)
    {
        return new Connections(
            Login("panorama", "panorama_app"),
            Login("panorama-auth", "panorama_auth"),
            Login("panorama-privileged", "panorama_super_admin"),
            Login("panorama-migrator", "panorama_migrator"),
            Redis: null!,
            Login("panorama-backup", "panorama_backup"),
            Login("panorama-bootstrap", "postgres", installerPassword));

        ConnectionString Login(string name, string user, IResourceBuilder<ParameterResource>? password = null)
        {
            password ??= secrets.Add($"{name}-password");
            return builder.AddConnectionString(name, ReferenceExpression.Create(
                $"Host={server.Property(host)};Port={server.Property(EndpointProperty.Port)};Database=panorama;Username={user};Password={password}"));
        }
    }
}
