using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Panorama.Api.Assets;
using Panorama.Api.Catalogue;
using Panorama.Api.Data;
using Panorama.Api.Http;
using Panorama.Api.Identity;
using Panorama.Api.Importing;
using Panorama.Api.Inspections.Defects;
using Panorama.Api.Inspections.Runs;
using Panorama.Api.Inspections.Templates;
using Panorama.Api.Labels;
using Panorama.Api.Lists;
using Panorama.Api.Notifications;
using Panorama.Api.Organisation;
using Panorama.Api.Photos;
using Panorama.Api.Settings;
using Panorama.Api.Tenancy;
using Panorama.Core.Storage;
using Panorama.ServiceDefaults;

namespace Panorama.Api;

/// <summary>The Api as one program: what it is made of, and the order in which a request passes.</summary>
internal static class ApiHost
{
    private const int MaxDrainedBytes = 4 * 1024 * 1024;

    /// <param name="configure">For tests: another clock, other routes beside ours.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxDrainedBytes; // a JSON route answers 413 at 100 kB; the rest is read so that the answer arrives
        });
        builder.Host.UseDefaultServiceProvider(o => o.ValidateScopes = o.ValidateOnBuild = builder.Environment.IsDevelopment() || builder.Environment.IsEnvironment("Testing"));

        AddSettings(builder);
        builder.AddDatabase();
        builder.AddRateLimits(builder.Configuration.Get<ConnectionOptions>() ?? new());
        builder.Services.ConfigureHttpJsonOptions(o => JsonSettings.Apply(o.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = Problems.Customize);
        builder.Services.AddExceptionHandler<ErrorHandler>();
        builder.Services.AddValidation();
        builder.Services.AddApiDescription();
        builder.Services.AddTenancy();
        builder.Services.AddIdentity();
        builder.Services.AddAssets();
        builder.Services.AddImports();
        builder.Services.AddLabels();
        builder.Services.AddNotifications();
        builder.Services.AddObjectStorage(builder.Configuration);
        builder.Services.AddPhotos();
        builder.Services.ReadKeysWhenNeeded();
        configure?.Invoke(builder);

        var app = builder.Build();

        // Here and not at start: what is made before it would throw for the first bad setting and hide the others.
        app.Services.GetRequiredService<IStartupValidator>().Validate();

        AccessMetrics.Begin();
        app.UseMiddleware<RequestLog>();
        app.UseExceptionHandler();
        app.UseReferencePagePolicy();
        app.UseMiddleware<SecurityHeaders>();
        app.UseForwardedHeaders();
        app.UseStatusCodePages();
        app.UseMiddleware<CrossSiteGate>();
        app.UseMiddleware<GlobalLimit>();
        app.UseMiddleware<NulGate>();
        app.UseRouting();
        app.UseMiddleware<JsonBody>(); // whole, before a transaction begins
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapDefaultEndpoints();
        app.MapVersion();
        app.MapOpenApi(ApiDescription.Route).AllowAnonymous().WithName("GetOpenApi").WithSummary("Describes this API as OpenAPI 3.1.");
        app.MapReferencePage();
        app.MapIdentity();
        app.MapAssets();
        app.MapLabels();
        app.MapCatalogue();
        app.MapOrganisation();
        app.MapSavedViews();
        app.MapImports();
        app.MapPhotos();
        app.MapInspections();
        app.MapInspectionEvidence();
        app.MapDefects();
        app.MapInspectionTemplates();
        app.MapNotifications();
        app.MapInbox();
        return app;
    }

    private static void AddSettings(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.AddCheckedOptions<SignInOptions>(configuration);
        builder.Services.AddCheckedOptions<DataKeyOptions>(configuration);
        builder.Services.AddCheckedOptions<MailFeedbackOptions>(configuration);
        builder.Services.AddCheckedOptions<OriginOptions>(configuration);
        builder.Services.AddCheckedOptions<FeatureOptions>(configuration);
        builder.Services.AddCheckedOptions<ConnectionOptions>(configuration);
        builder.Services.AddCheckedOptions<PhotoOptions>(configuration);
        builder.Services.PostConfigure<ConnectionOptions>(o => o.IsProduction = builder.Environment.IsProduction());
        builder.Services.PostConfigure<OriginOptions>(o => o.IsProduction = builder.Environment.IsProduction());
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<OriginOptions>>((forwarded, origin) =>
        {
            // Nobody is trusted by default, not even loopback: else a caller could choose the address that limits count.
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in origin.Value.Proxies())
            {
                forwarded.KnownIPNetworks.Add(network);
            }

            if (forwarded.KnownIPNetworks.Count == 0)
            {
                forwarded.ForwardedHeaders = ForwardedHeaders.None;
            }
        });
    }
}
