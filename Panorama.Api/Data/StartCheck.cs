using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Api.Identity;
using Panorama.Api.Settings;
using Panorama.Core.Data;
using StackExchange.Redis;

namespace Panorama.Api.Data;

/// <summary>Refuses to serve when a login is more than it must be, or the database is away or behind: row security would be decoration.</summary>
internal sealed partial class StartCheck(
    NpgsqlDataSource app, [FromKeyedServices(AuthDatabase.Key)] NpgsqlDataSource auth, IOptions<OriginOptions> origin, IOptions<ConnectionOptions> connections,
    ILogger<StartCheck> logger)
    : IHostedService
{
    private bool _isDone;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_isDone)
        {
            await RunAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the host starts, which would log what is thrown with its stack.</summary>
    /// <exception cref="OptionsValidationException">All that is wrong, a sentence each.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var problems = await Task.WhenAll(
            CheckAsync(app, DatabaseRoles.App, cancellationToken), CheckAsync(auth, DatabaseRoles.Auth, cancellationToken));
        if (Array.Exists(problems, p => p is not null))
        {
            throw new OptionsValidationException(nameof(ConnectionOptions), typeof(ConnectionOptions), problems.OfType<string>());
        }

        if (!origin.Value.Proxies().Any())
        {
            LogNoProxies(logger);
        }

        if (connections.Value.Redis is { } text)
        {
            var redis = ConfigurationOptions.Parse(text);
            LogRedis(logger, string.Join(", ", redis.EndPoints), redis.Ssl);
        }

        _isDone = true;
    }

    private async Task<string?> CheckAsync(NpgsqlDataSource database, string role, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var login = await LoginGuard.CheckAsync(connection, role, cancellationToken);
            LogConnection(logger, DatabaseRoles.ConnectionNames[role], login.Role, login.Host, login.Port, login.Tls, login.ServerVersion, login.SchemaVersion, login.PolicyDigest);
            return null;
        }
        catch (LoginGuardException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return $"ConnectionStrings__{DatabaseRoles.ConnectionNames[role]}: the database cannot be reached ({exception.Message}).";
        }
    }

    // What this login may not write into the installation's chain.
    [LoggerMessage(303, LogLevel.Information, "Connection {Connection} is {Role} at {Host}:{Port}, TLS {Tls}, server {ServerVersion}, schema {Schema}, policies {PolicyDigest}")]
    private static partial void LogConnection(ILogger logger, string connection, string role, string host, int port, bool tls, string serverVersion, string schema, string policyDigest);

    [LoggerMessage(304, LogLevel.Information, "Redis is at {Endpoints}, TLS {Tls}")]
    private static partial void LogRedis(ILogger logger, string endpoints, bool tls);

    [LoggerMessage(302, LogLevel.Warning, "TRUSTED_PROXIES is empty: whoever stands in front of this process counts as one address for all limits")]
    private static partial void LogNoProxies(ILogger logger);
}
