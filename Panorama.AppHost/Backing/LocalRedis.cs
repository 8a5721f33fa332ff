using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Panorama.AppHost.Running;
using StackExchange.Redis;

namespace Panorama.AppHost.Backing;

/// <summary>Garnet, which speaks Redis' protocol and comes by restore, as a process that Aspire starts.</summary>
internal sealed class LocalRedis
{
    private static string Program => StartOptions.Metadata("GarnetServer");

    /// <exception cref="StartException">Its program is not there.</exception>
    public static void Check()
    {
        if (!File.Exists(Program))
        {
            throw new StartException(StartException.Machine, "The package garnet-server is not on this machine; fetch it with dotnet restore Panorama.AppHost.");
        }

        if (!Processes.IsOnPath(OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"))
        {
            throw new StartException(StartException.Machine, "There is no dotnet on the PATH to run Garnet with.");
        }
    }

    public static (IResourceBuilder<IResourceWithConnectionString> Connection, IResourceBuilder<ExecutableResource> Server) Add(
        IDistributedApplicationBuilder builder, StateFolder state, IResourceBuilder<ParameterResource> password, int? port)
    {
        var folder = state.In("redis");
        Directory.CreateDirectory(folder);
        var settings = Path.Combine(folder, "garnet.conf");

        var server = builder.AddExecutable("garnet", "dotnet", folder).WithIconName("Memory");
        var endpoint = server.WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false, port: port).GetEndpoint("tcp");
        builder.Services.AddHealthChecks().AddAsyncCheck("garnet_answers", AnswersAsync);
        server
            .WithArgs(context =>
            {
                // The password is in a file: a command line is everybody's to read.
                foreach (var argument in new[] { Program, "--bind", "127.0.0.1", "--lua", "true", "--auth", "Password",
                    "--config-import-path", settings, "--config-import-format", "RedisConf", "--port" })
                {
                    context.Args.Add(argument);
                }

                context.Args.Add(endpoint.Property(EndpointProperty.TargetPort));
            })
            .WithHealthCheck("garnet_answers")
            .OnBeforeResourceStarted(async (_, _, cancellationToken) =>
                StateFolder.WritePrivate(settings, $"requirepass {await password.Resource.GetValueAsync(cancellationToken)}"))
            .ExcludeFromManifest();

        return (builder.AddConnectionString("redis", ReferenceExpression.Create(
            $"{endpoint.Property(EndpointProperty.IPV4Host)}:{endpoint.Property(EndpointProperty.Port)},password={password}")), server);

        async Task<HealthCheckResult> AnswersAsync(CancellationToken cancellationToken)
        {
            try
            {
                var options = new ConfigurationOptions
                {
                    EndPoints = { { "127.0.0.1", endpoint.Port } },
                    Password = await password.Resource.GetValueAsync(cancellationToken),
                    ConnectTimeout = 1000,
                    ConnectRetry = 0,
                };
                await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
                await connection.GetDatabase().PingAsync();
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is RedisException or InvalidOperationException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy("does not answer yet", exception);
            }
        }
    }
}
