using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Storage;
using Panorama.ServiceDefaults.Health;
using Panorama.Worker.Assets;
using Panorama.Worker.Audit;
using Panorama.Worker.Data;
using Panorama.Worker.Health;
using Panorama.Worker.Identity;
using Panorama.Worker.Importing;
using Panorama.Worker.Inspections;
using Panorama.Worker.Lists;
using Panorama.Worker.Management;
using Panorama.Worker.Notifications;
using Panorama.Worker.Retention;
using Panorama.Worker.Scheduling;
using Panorama.Worker.Tenancy;
using Panorama.Worker.Work;

namespace Panorama.Worker.Start;

internal static class WorkerRegistration
{
    public static void AddWorker(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning); // it would log every statement
        services.AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsRules>();
        services.AddOptions<WorkerOptions>().ValidateOnStart().Configure(options =>
        {
            options.ConnectionString = builder.Configuration.GetConnectionString(WorkerOptions.ConnectionName) ?? "";
            options.Foreign =
            [
                .. builder.Configuration.GetSection("ConnectionStrings").GetChildren().Where(c => !string.IsNullOrEmpty(c.Value) && !c.Key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase))
                    .Select(c => c.Key.Replace('-', '_')).Distinct(StringComparer.OrdinalIgnoreCase).Where(name => !name.Equals(WorkerOptions.ConnectionName, StringComparison.OrdinalIgnoreCase)),
            ];
            options.AllowInsecurePostgresTls = builder.Configuration["ALLOW_INSECURE_POSTGRES_TLS"];
            options.InspectionsFlag = builder.Configuration["FEATURE_INSPECTIONS"];
            options.AuditSigningKey = builder.Configuration["AUDIT_SIGNING_KEY"] ?? "";
        });
        services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = TimeSpan.FromSeconds(30);
            options.ServicesStopConcurrently = true;
        });

        services.AddSingleton<BootAudit>();
        services.AddHostedService(provider => provider.GetRequiredService<BootAudit>());

        services.AddSingleton(provider => OpenPool(provider, "panorama-worker", "jobs", ConnectionPools.Jobs));
        services.AddKeyedSingleton(
            SchedulerRegistration.DataSourceKey, (provider, _) => OpenPool(provider, "panorama-worker-scheduler", "scheduler", ConnectionPools.Scheduler));

        services.AddSingleton(provider => provider.GetRequiredService<IOptions<WorkerOptions>>().Value.ReadKeys());
        services.AddSingleton<SealerState>();
        services.AddSingleton<AuditMetrics>();
        services.AddTransient<ChainVerifier>();
        services.AddHostedService<AuditSealer>();
        services.AddHostedService<BulkRunner>();

        services.AddSingleton<WorkSignal>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkSignal>());
        services.AddHostedService<ImportRunner>();
        services.AddNotifications(builder.Configuration);
        services.AddObjectStorage(builder.Configuration);
        services.AddHostedService<RecordStorage>();

        services.AddScheduler(builder.Configuration);
        services.AddScheduledJob<CleanUpSessionsJob>();
        services.AddScheduledJob<CleanUpIdempotencyKeysJob>();
        services.AddScheduledJob<VerifyMovedChainsJob>();
        services.AddScheduledJob<VerifyAllChainsJob>();
        services.AddScheduledJob<MakePartitionsJob>();
        services.AddScheduledJob<ForgetImportedFilesJob>();
        services.AddScheduledJob<PruneNotificationsJob>();
        services.AddScheduledJob<RemindOverdueCustodyJob>();
        services.AddScheduledJob<SweepStaleInspectionsJob>();
        services.AddScheduledJob<SweepFilesJob>();
        services.AddScheduledJob<ReconcileObjectsJob>();

        services.AddSingleton<BacklogMetrics>();
        services.AddSingleton<WorkerStatusReader>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<AcceptedRisks>();
        services.AddSingleton<DatabaseProbe>();
        services.AddSingleton<RolesHealthCheck.Memory>();
        services.AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("db", tags: [HealthTags.Database])
            .AddCheck<MigrationsHealthCheck>("migrations", tags: [HealthTags.Database])
            .AddCheck<RolesHealthCheck>("roles", tags: [HealthTags.Database])
            .AddCheck<SchedulerHealthCheck>("scheduler", tags: [HealthTags.Degraded])
            .AddCheck<SealerHealthCheck>("sealer", tags: [HealthTags.Degraded])
            .AddCheck<DispatcherHealthCheck>("notifications", tags: [HealthTags.Degraded]);
    }

    private static NpgsqlDataSource OpenPool(IServiceProvider provider, string applicationName, string name, int connections)
    {
        var settings = new NpgsqlConnectionStringBuilder(provider.GetRequiredService<IOptions<WorkerOptions>>().Value.ConnectionString)
        {
            ApplicationName = applicationName,
            MaxPoolSize = connections,
            // Nothing here leaves state in a session, and the reset would be a sixth of an idle worker's statements.
            NoResetOnClose = true,
        };
        if (settings.Password is { Length: > 0 })
        {
            settings.GssEncryptionMode = GssEncryptionMode.Disable; // a login by password gets nothing from Kerberos but its libraries
        }

        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name } // among the figures of pools
            .UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>())
            .Build();
    }
}
