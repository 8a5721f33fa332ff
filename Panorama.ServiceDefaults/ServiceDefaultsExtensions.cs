using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Panorama.ServiceDefaults.Configuration;
using Panorama.ServiceDefaults.Health;
using Panorama.ServiceDefaults.Logging;
using Panorama.ServiceDefaults.Management;

namespace Panorama.ServiceDefaults;

public static class ServiceDefaultsExtensions
{
    // Npgsql logs each statement at Information; the framework, its clients and the forwarder each request with its query string, which is what somebody searched
    // for. Here and not in a file beside the program, which is read from wherever the program is started.
    private static readonly KeyValuePair<string, string?>[] QuietLogs =
    [
        .. new[] { "Npgsql", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "StackExchange.Redis", "System.Net.Http.HttpClient", "Polly", "Yarp" }
            .Select(c => KeyValuePair.Create($"Logging:LogLevel:{c}", (string?)"Warning")),
        KeyValuePair.Create("Logging:LogLevel:Microsoft.AspNetCore.DataProtection", (string?)"Error"),
    ];

    /// <summary>What every process of Panorama has: settings in all their spellings, telemetry, health, service discovery and careful HTTP clients.</summary>
    /// <remarks>A setting that cannot be read is said by <see cref="IStartupValidator"/>, among all others that are wrong.</remarks>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogs }); // first: any other source may say otherwise
        var problems = new List<string>(builder.Configuration.ReadPanoramaSettings());
        builder.AddLogFormat(problems);
        var management = ManagementPort.Read(builder.Configuration, problems);
        management.Listen(builder.Configuration);
        StartFailure.Install(problems);
        builder.Services.AddSingleton<IValidateOptions<UnreadableSettings.Check>>(new UnreadableSettings(problems));
        builder.Services.AddOptions<UnreadableSettings.Check>().ValidateOnStart();
        var version = AppVersion.Read(builder.Configuration);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(management);
        builder.Services.AddSingleton(version);
        builder.Services.AddSingleton<HealthState>();
        builder.Services.AddHealthChecks();
        builder.Services.AddHostedService<SettingWarnings>();
        Draining.Add(builder.Services);
        builder.Services.AddHostedService<MemoryTrim>();

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // A POST that timed out may have been carried out: only safe methods are tried again.
            http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });

        builder.AddTelemetry(management, version);
        return builder;
    }

    /// <summary>Maps <c>/health</c> and <c>/alive</c>, and on the management port <c>/metrics</c>; in every environment.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        app.Services.GetService<HealthMetrics>(); // from here on it is observed
        if (app.Services.GetRequiredService<ManagementPort>().Number is not null)
        {
            app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().RequireManagementPort();
        }

        return app;
    }

    /// <summary>Whether traces, metrics and logs are sent to a collector.</summary>
    public static bool IsTelemetryCollected(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    private static void AddTelemetry<TBuilder>(this TBuilder builder, ManagementPort management, AppVersion version)
        where TBuilder : IHostApplicationBuilder
    {
        var collected = builder.IsTelemetryCollected();
        if (!collected && management.Number is null)
        {
            return; // nobody would read it
        }

        builder.Services.AddSingleton<HealthMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : builder.Environment.ApplicationName, serviceVersion: version.Full))
            .WithMetrics(metrics =>
            {
                metrics.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddMeter("Npgsql", "Panorama.*");
                if (management.Number is not null)
                {
                    metrics.AddPrometheusExporter();
                }
            });
        if (!collected)
        {
            return;
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        telemetry
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, "Npgsql", "Panorama.*")
                .AddAspNetCoreInstrumentation(options =>
                {
                    options.Filter = context =>
                        !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
                        && !context.Request.Path.StartsWithSegments("/alive", StringComparison.Ordinal)
                        && !context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal);
                    // With its details a browser is as good as a name.
                    options.EnrichWithHttpRequest = (activity, _) => activity.SetTag("user_agent.original", null);
                })
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
    }
}
