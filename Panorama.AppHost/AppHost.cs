using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Panorama.AppHost.Backing;
using Panorama.AppHost.Publishing;
using Panorama.AppHost.Running;

var startedAt = TimeProvider.System.GetTimestamp();
try
{
    if (StartHelp.IsAskedFor(args))
    {
        await Console.Out.WriteAsync(StartHelp.Text);
        return 0;
    }

    // Before anything is built: what cannot work is said in sentences.
    var options = StartOptions.Parse(args);
    using var state = options.Publishing || options.Backing is BackingKind.External ? null : StateFolder.Open(options.DataDir, options.Reset);
    LocalPostgres? postgres = null;
    if (!options.Publishing && options.Backing is BackingKind.Local)
    {
        LocalRedis.Check();
        postgres = await LocalPostgres.CheckAsync(state!, CancellationToken.None);
    }

    if (!options.Publishing)
    {
        Ports.Check(options, state);
    }

    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = [.. args, .. Dashboard.Arguments(options)],
        DisableDashboard = !options.Dashboard,
        AllowUnsecuredTransport = true,
    });
    builder.Configuration["DcpPublisher:WaitForResourceCleanup"] ??= "true"; // the stop returns when everything has stopped
    ChildEnvironment.ForgetSecrets(builder);
    Quiet.Console(builder);

    var secrets = new Secrets(builder, state);
    var connections = options.Backing switch
    {
        BackingKind.Local => LocalBacking.Add(builder, options, state!, postgres!, secrets),
        BackingKind.Containers => ContainersBacking.Add(builder, secrets),
        _ => ExternalBacking.Add(builder),
    };
    var sessionSecret = secrets.Add("session-secret", 48);
    var dataKey = secrets.AddKey("data-key");
    var auditKey = secrets.AddKey("audit-signing-key");

    var api = Service(builder.AddProject<Projects.Panorama_Api>("api"), options.ApiPort)
        .WithReference(connections.App)
        .WithReference(connections.Auth)
        .WithReference(connections.Redis)
        .WithEnvironment("SESSION_SECRET", sessionSecret)
        .WithEnvironment("DATA_KEY", dataKey);
    var worker = Service(builder.AddProject<Projects.Panorama_Worker>("worker"), options.WorkerPort)
        .WithReference(connections.Privileged)
        .WithEnvironment("AUDIT_SIGNING_KEY", auditKey)
        .WithManagementPort();
    var web = Service(builder.AddProject<Projects.Panorama_Web>("web"), options.WebPort)
        .WithReference(api)
        .WithExternalHttpEndpoints()
        .WaitFor(api);
    var address = PublicAddress.Of(builder, web.GetEndpoint("http"));
    address.Give(api, worker, web);

    if (builder.ExecutionContext.IsRunMode && connections.Bootstrap is not null)
    {
        // One process for what a release does in two steps: each start of the runtime is a second of the newcomer's time.
        var prepare = Command("prepare", "prepare", $"--demo={(options.Demo ? "true" : "false")}")
            .WithReference(connections.Bootstrap).WithReference(connections.Migrator).WithReference(connections.App)
            .WithReference(connections.Auth).WithReference(connections.Privileged).WithReference(connections.Backup!)
            .WithEnvironment("DATA_KEY", dataKey).WithEnvironment("AUDIT_SIGNING_KEY", auditKey)
            .WaitFor(connections.Server!);
        After(prepare);
    }
    else
    {
        var migrate = Command("migrate", "migrate").WithReference(connections.Migrator);
        if (connections.Bootstrap is not null)
        {
            migrate.WaitForCompletion(Command("bootstrap", "bootstrap-db")
                .WithReference(connections.Bootstrap).WithReference(connections.Migrator).WithReference(connections.App)
                .WithReference(connections.Auth).WithReference(connections.Privileged).WithReference(connections.Backup!)
                .WaitFor(connections.Server!));
        }

        After(migrate);
    }

    MailBacking.Add(builder, options, state, worker);
    StorageBacking.Add(builder, state, api, worker, web);
    OperatorSettings.Add(builder, api, worker, web);

    if (connections.RedisServer is { } redis)
    {
        api.WaitFor(redis);
    }

    var reporter = new Reporter(["api", "worker", "web"], () => TimeProvider.System.GetElapsedTime(startedAt), async cancellationToken =>
    {
        if (state is not null)
        {
            await LocalEnvironment.WriteAsync(state, connections, dataKey, auditKey, web.GetEndpoint("http"), StorageBacking.Local(builder.Configuration, state), cancellationToken);
        }

        await ReadyTable.PrintAsync(
            [
                ("Web", $"http://localhost:{web.GetEndpoint("http").Port}"), ("Api", $"{api.GetEndpoint("http").Url}/api/docs"), ("Worker", worker.GetEndpoint("management").Url),
                .. Dashboard.Address(options, builder.Configuration),
            ],
            options, state, TimeProvider.System.GetElapsedTime(startedAt));
    });
    if (builder.ExecutionContext.IsRunMode)
    {
        reporter.Attach(builder);
    }

    DeploymentFiles.Add(builder, options.Backing);

    var application = builder.Build();
    // The host logs what a failed step of publishing threw, and would end with 0.
    var steps = application.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
    try
    {
        await application.RunAsync();
    }
    catch (Exception exception) when (builder.ExecutionContext.IsRunMode)
    {
        if (!reporter.HasFailed && exception is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"Panorama did not start: {exception.Message}");
            return 1;
        }
    }

    return reporter.HasFailed || steps.Exists(s => s.ExecuteTask is { IsFaulted: true }) ? 1 : 0;

    IResourceBuilder<ProjectResource> Service(IResourceBuilder<ProjectResource> project, int? port)
    {
        ChildEnvironment.Plain(project, options.Dashboard);
        return project
            // The collector sizes its first generation by the processor's cache, which on a server is larger than a 256 MB machine can spare.
            .WithEnvironment("DOTNET_GCgen0size", "0x400000")
            .WithEndpoint("http", endpoint =>
            {
                endpoint.Port = builder.ExecutionContext.IsRunMode ? port : null;
                endpoint.TargetPort = builder.ExecutionContext.IsRunMode ? null : 8080;
            })
            .WithHttpHealthCheck("/health");
    }

    IResourceBuilder<ProjectResource> Command(string name, params string[] arguments)
    {
        var project = builder.AddProject<Projects.Panorama_Cli>(name);
        ChildEnvironment.Plain(project, options.Dashboard);
        address.Give(project);
        return project.WithArgs(arguments);
    }

    void After(IResourceBuilder<ProjectResource> preparation)
    {
        api.WaitForCompletion(preparation);
        worker.WaitForCompletion(preparation);
    }
}
catch (StartException refusal)
{
    foreach (var sentence in refusal.Sentences)
    {
        await Console.Error.WriteLineAsync(sentence);
    }

    return refusal.ExitCode;
}
