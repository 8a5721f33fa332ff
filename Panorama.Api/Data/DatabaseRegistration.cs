using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Api.Identity;
using Panorama.Api.Settings;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;
using Panorama.ServiceDefaults.Health;

namespace Panorama.Api.Data;

internal static class DatabaseRegistration
{
    private const int SecondsToConnect = 2;

    public static void AddDatabase(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => Source(services, services.GetRequiredService<IOptions<ConnectionOptions>>().Value.App, "app", ConnectionPools.App));
        builder.Services.AddKeyedSingleton(
            AuthDatabase.Key,
            (services, _) => Source(services, services.GetRequiredService<IOptions<ConnectionOptions>>().Value.Auth, "auth", ConnectionPools.Auth));
        builder.Services.AddPooledDbContextFactory<PanoramaDbContext>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
            .UsePanoramaConventions()
            .AddInterceptors(services.GetRequiredService<TransactionGuard>()));
        builder.Services.AddScoped(services => services.GetRequiredService<TenantSession>()
            .Join(services.GetRequiredService<IDbContextFactory<PanoramaDbContext>>().CreateDbContext()));
        builder.Services.AddSingleton<TransactionGuard>();

        // The retrying strategy refuses transactions that we begin; the health check is ours, it also asks for the version of the schema. Traces and
        // figures of Npgsql are among the service defaults, which load nothing of telemetry where nobody collects it.
        builder.EnrichNpgsqlDbContext<PanoramaDbContext>(settings =>
        {
            settings.DisableRetry = true;
            settings.DisableHealthChecks = true;
            settings.DisableTracing = settings.DisableMetrics = true;
        });
        builder.Services.AddSingleton<StorageWatch>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: [HealthTags.Database]);

        builder.Services.AddSingleton<StartCheck>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StartCheck>()); // first: it says in one sentence what is wrong with the database
        builder.Services.AddDataProtection();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<DataKeyOptions>>().Value.Keys());
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>, ConfigureKeyRing>();
    }

    /// <summary>
    /// The key ring is read when something is first protected, not at start: XML and its cryptography are 4 MB that most processes never need.
    /// Last, since signing in registers data protection as well.
    /// </summary>
    public static void ReadKeysWhenNeeded(this IServiceCollection services)
    {
        foreach (var eager in services.Where(s => s.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(eager);
        }
    }

    private static NpgsqlDataSource Source(IServiceProvider services, string connectionString, string name, int pool)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = name }; // among the figures of pools
        var settings = builder.ConnectionStringBuilder;
        settings.MaxPoolSize = Math.Min(settings.MaxPoolSize, pool);
        settings.Timeout = SecondsToConnect;
        settings.GssEncryptionMode = GssEncryptionMode.Disable; // TLS encrypts; asking for Kerberos costs a round trip and its libraries
        settings.NoResetOnClose = true; // settings are transaction-local: nothing to discard
        settings.ApplicationName ??= "panorama-api";
        settings.IncludeErrorDetail = false; // it holds values of rows
        builder.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        return builder.Build();
    }
}
