#pragma warning disable EXTEXP0001 // RemoveAllResilienceHandlers
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Panorama.ServiceDefaults;
using Panorama.ServiceDefaults.Health;
using Panorama.Web.Account;
using Panorama.Web.Api;
using Panorama.Web.Assets;
using Panorama.Web.Http;
using Panorama.Web.Importing;
using Panorama.Web.Inspections;
using Panorama.Web.Inspections.Templates;
using Panorama.Web.Labels;
using Panorama.Web.Lists;
using Panorama.Web.Localization;
using Panorama.Web.Notifications;
using Panorama.Web.Assets.Photos;
using Panorama.Web.Shell;
using Yarp.ReverseProxy.Forwarder;

namespace Panorama.Web;

/// <summary>Web as one program: what it is made of, and the order in which a request passes.</summary>
internal static class PageHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = SlowBodies.Rate; // forms with photos; nothing waits here but the request
        });
        AddServices(builder);

        var app = builder.Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        var options = app.Services.GetRequiredService<WebOptions>();

        app.UseResponseCompression();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error/500",
            CreateScopeForErrors = true,
            StatusCodeSelector = exception => exception switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                InvalidDataException => StatusCodes.Status400BadRequest, // a form that a page reads itself
                _ => StatusCodes.Status500InternalServerError,
            },
        });
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<OwnRedirects>();
        UseForwardedAddresses(app, options);

        app.UseWhen(
            context => !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
            pages => pages.UseStatusCodePagesWithReExecute("/error/{0}", createScopeForStatusCodePages: true));
        app.Use((context, next) =>
        {
            // The error page is read, whatever the request that failed wanted to do.
            if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
            {
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        app.UseMiddleware<CrossSiteGate>();
        app.UseRouting();
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
            api =>
            {
                api.Use(ApiForwarder.SayOutageAsync);
                api.UseMiddleware<PersonGate>();
            });
        app.UseWhen(
            context => !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
            pages => pages.UseMiddleware<FormGate>());
        app.UseMiddleware<SessionGate>();
        app.UseMiddleware<UploadGate>();

        app.MapDefaultEndpoints();
        app.MapStaticAssets();
        app.MapApi(options);
        app.MapShell();
        app.MapAccount();
        app.MapViews();
        app.MapJobs();
        app.MapImports();
        app.MapLabels();
        app.MapNotices();
        app.MapPhotos();
        app.MapInspectionWorker();
        app.MapTemplates();
        app.MapRazorComponents<App>().DisableAntiforgery();
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => WebOptions.Read(services.GetRequiredService<IConfiguration>(), builder.Environment.IsProduction()));
        builder.Services.AddSingleton<IValidateOptions<WebOptionsRules.Check>, WebOptionsRules>();
        builder.Services.AddOptions<WebOptionsRules.Check>().ValidateOnStart();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddRazorComponents();
        // A list is 56 KB of tags. No page holds a secret that its length could betray: there are no form tokens, and the session is a cookie.
        builder.Services.AddResponseCompression(compression => (compression.EnableForHttps, compression.MimeTypes) = (true, ["text/html"]));
        // Nothing is protected with these keys (no antiforgery, no cookies of ours): they live in memory and die with the process.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.Configure<KeyManagementOptions>(keys => (keys.XmlRepository, keys.XmlEncryptor) = (new KeysInMemory(), new NullXmlEncryptor()));
        builder.Services.AddHttpForwarderWithServiceDiscovery();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, ForwarderClients>();
        builder.Services.AddHealthChecks().AddUpstream("api", new Uri("http://api"));
        builder.Services.AddSingleton<Texts>();
        builder.Services.AddScoped<PageSession>();
        builder.Services.AddScoped<Formats>();
        builder.Services.AddScoped<IdentityClient>();
        builder.Services.AddScoped<AssetsClient>();
        builder.Services.AddScoped<CustodyClient>();
        builder.Services.AddScoped<CatalogueClient>();
        builder.Services.AddScoped<OrganisationClient>();
        builder.Services.AddScoped<ListsClient>();
        builder.Services.AddScoped<ImportsClient>();
        builder.Services.AddScoped<LabelsClient>();
        builder.Services.AddScoped<NotificationsClient>();
        builder.Services.AddScoped<PhotosClient>();
        builder.Services.AddScoped<InspectionsClient>();
        builder.Services.AddScoped<DefectsClient>();
        builder.Services.AddScoped<EvidenceClient>();
        builder.Services.AddScoped<TemplatesClient>();
        builder.Services
            .AddHttpClient<ApiClient>(http =>
            {
                http.BaseAddress = new Uri("http://api");
                http.Timeout = Timeout.InfiniteTimeSpan; // the client has its own, longer for a file
            })
            // One time limit over all tries: a person waits for the page, and presses again when it says so.
            .RemoveAllResilienceHandlers()
            .AddHttpMessageHandler(services => new LostConnections(services.GetRequiredService<TimeProvider>()))
            .ConfigurePrimaryHttpMessageHandler(LostConnections.Sockets);
    }

    private static void UseForwardedAddresses(WebApplication app, WebOptions options)
    {
        if (options.TrustedProxies.Count == 0)
        {
            return; // with an empty list the middleware would believe everybody
        }

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = 3,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }
        app.UseForwardedHeaders(forwarded);
    }
}
