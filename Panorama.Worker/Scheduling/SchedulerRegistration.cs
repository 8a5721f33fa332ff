using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;

namespace Panorama.Worker.Scheduling;

internal static class SchedulerRegistration
{
    /// <summary>Names the cluster: workers on one database with this name share the firings.</summary>
    public const string ClusterName = "panorama";

    /// <summary>The key of the scheduler's own pool; work must not starve the check-in that says this worker lives.</summary>
    public const string DataSourceKey = "quartz";

    /// <summary>Jobs at a time; fewer than the pool of work, which the sealer and the operator's page share.</summary>
    private const int Threads = 3;

    public static IServiceCollection AddScheduler(this IServiceCollection services, IConfiguration configuration)
    {
        // Read once, here: Quartz would ask for them in three places and report a wrong one three times.
        var options = SchedulerOptions.Read(configuration);
        var identity = new WorkerIdentity();
        services.AddSingleton(identity);
        services.AddSingleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsRules>();
        services.AddOptions<SchedulerOptions>().Bind(configuration.GetSection(SchedulerOptions.Section)).ValidateOnStart();

        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(o =>
            {
                o.InstanceName = ClusterName;
                o.InstanceId = identity.Instance;
                o.IdleWaitTime = options.IdleWaitTime;
                // A job is asked to stop and its firing handed back, so a deployment does not wait for a long verification.
                o.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs;
            });
            quartz.UseDefaultThreadPool(Threads);
            quartz.AddJobMiddleware<RecordRuns>();
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(source => source.DataSourceFactory =
                    provider => provider.GetRequiredKeyedService<NpgsqlDataSource>(DataSourceKey));
                store.UseSystemTextJsonSerializer();
                store.UseClustering(o =>
                {
                    o.CheckinInterval = options.CheckinInterval;
                    o.CheckinMisfireThreshold = options.CheckinMisfireThreshold;
                });
                store.ConfigureStore(o =>
                {
                    o.TablePrefix = "quartz.qrtz_";
                    o.StoreJobDataAsStrings = true;
                    o.MisfireThreshold = options.MisfireThreshold;
                    o.MisfireHandlerFrequency = 2 * options.MisfireThreshold;
                    o.RecoverFiringsCancelledByShutdown = true;
                });
            });
        });

        // KeepSchedule starts it, once the stored schedule is the one this version wants.
        services.AddQuartzHostedService(o =>
        {
            o.AutoStart = false;
            o.WaitForJobsToComplete = true;
        });
        services.AddHostedService<KeepSchedule>();
        services.AddSingleton<JobControl>();
        services.AddHostedService(provider => provider.GetRequiredService<JobControl>());
        return services;
    }

    public static IServiceCollection AddScheduledJob<TJob>(this IServiceCollection services)
        where TJob : class, IScheduledJob
    {
        services.AddTransient<TJob>();
        return services.AddSingleton(new RegisteredJob(TJob.Schedule, typeof(TJob)));
    }
}
