using System.Globalization;
using Panorama.AppHost.Backing;

namespace Panorama.AppHost.Publishing;

/// <summary>
/// <c>docker-compose.yaml</c> with what it needs beside it. Kept to what docker-compose 1.29 understands, which Debian ships; Compose v2 reads it as well.
/// </summary>
internal static class ComposeFiles
{
    // Networks of fixed addresses: whose X-Forwarded-For is believed is named by address, and "any private one" would include the clients of an office.
    private const string Front = "FRONT_SUBNET";
    private const string App = "APP_SUBNET";

    private const string Folder = "/run/secrets";

    // Photos and files. The images' own account has this folder in the base, and an empty volume takes over whose it is: no container needs more rights to make it.
    private const string Objects = "panorama-objects";
    private const string ObjectsHome = "/home/app";

    private const string ServiceMemory = "256m"; // one small machine each, as the hosted system has
    private const string CaddyImage = "docker.io/library/caddy:2.10.2";

    // Apache-2.0, one program over a folder; without an account of its own in the image, and what it reads of the environment is in its --help.
    private const string StoreImage = "docker.io/versity/versitygw:v1.7.0";
    private const int StorePort = 7070;
    private const string StoreData = "panorama-s3";

    public static IEnumerable<(string File, string Text)> Write(IReadOnlyList<Workload> workloads)
    {
        var variables = new ComposeVariables();
        var services = workloads.ToDictionary(w => w.Name, w => (object)Service(w, variables), StringComparer.Ordinal);
        services.Add("cli", CommandLine(workloads, variables));
        services.Add("edge", Edge(variables));
        services.Add("s3", Store(variables));
        var secrets = workloads.SelectMany(w => w.Variables.Values).Select(Expressions.SecretOf).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        var file = Yaml.Map(
            ("services", services),
            ("networks", Yaml.Map(
                ("front", Subnet(variables.Own(Front))),
                ("app", Subnet(variables.Own(App))),
                ("data", Yaml.Map(("internal", true))),
                ("mail", Yaml.Map()))),
            ("volumes", Yaml.Map(workloads.SelectMany(w => w.Volumes).Select(v => v.Source!).Concat(["panorama-edge-config", "panorama-edge-data", Objects, StoreData]), v => v, _ => Yaml.Map())),
            ("secrets", Yaml.Map(secrets, s => s, s => Yaml.Map(("file", $"./secrets/{s}")))));

        yield return ("docker-compose.yaml", Yaml.Write(
            $"""
            {DeploymentFiles.Header}
            Your choices are in .env, your secrets in secrets/ (both made by 'panorama init'); more goes into docker-compose.override.yaml.
            The front door with automatic TLS is a profile, edge, and so is a store of photos that speaks S3, s3. Commands: docker-compose run --rm cli doctor
            """, file));
        yield return (".env.example", variables.Write());
        yield return ("secrets.template", SecretsTemplate.Write(workloads));
        yield return ("Caddyfile", EdgeConfiguration);
    }

    private static Dictionary<string, object> Service(Workload workload, ComposeVariables variables)
    {
        var details = workload.Resource.Annotations.OfType<ContainerDetails>().FirstOrDefault();
        var container = workload.Resource as ContainerResource;
        return Yaml.Map(
            ("image", workload.IsOurs ? Image(workload, variables) : workload.Resource.TryGetContainerImageName(out var image) ? image : throw new InvalidOperationException(workload.Name)),
            ("user", details?.User ?? "1654:1654"),
            ("entrypoint", details?.Command is { } command ? command : container?.Entrypoint is { } entrypoint ? new List<string> { entrypoint } : null),
            ("command", details?.Command is not null ? null : Yaml.List(workload.Arguments.Select(variables.Text))),
            ("environment", Environment(workload, variables)),
            ("secrets", Yaml.List(workload.Variables.Values.Select(Expressions.SecretOf).OfType<string>().Distinct())),
            ("depends_on", Yaml.Map(workload.Waits, w => w.Name, w => Yaml.Map(("condition", w.How switch
            {
                WaitType.WaitForCompletion => "service_completed_successfully",
                WaitType.WaitUntilHealthy => "service_healthy",
                _ => "service_started",
            })))),
            ("healthcheck", HealthCheck(workload, details)),
            ("ports", workload.IsPublic ? new List<string> { $"127.0.0.1:{variables.Own("WEB_PORT")}:{workload.Port}" } : null),
            ("networks", Networks(workload)),
            ("volumes", Yaml.List(workload.Volumes.Select(v => $"{v.Source}:{v.Target}{(v.IsReadOnly ? ":ro" : "")}")
                .Concat(workload.Variables.ContainsKey(StorageBacking.Folder) ? [$"{Objects}:{ObjectsHome}"] : []))),
            ("tmpfs", details?.Tmpfs ?? ["/tmp:size=64m,mode=1777"]),
            ("shm_size", details?.SharedMemory),
            ("stop_signal", details?.StopSignal),
            ("scale", workload.Name is "api" or "web" ? variables.Own($"{workload.Name.ToUpperInvariant()}_REPLICAS") : null))
            .Hardened(workload.EndsByItself, details?.Memory ?? ServiceMemory);
    }

    /// <summary>What every container has: no rights, no files of its own, an end to what it may take.</summary>
    private static Dictionary<string, object> Hardened(this Dictionary<string, object> service, bool endsByItself, string memory, params ReadOnlySpan<string> capabilities)
    {
        foreach (var (key, value) in Yaml.Map(
            ("cap_drop", new List<string> { "ALL" }),
            ("cap_add", Yaml.List(capabilities.ToArray())),
            ("security_opt", new List<string> { "no-new-privileges:true" }),
            ("read_only", true),
            ("mem_limit", memory),
            ("cpus", "1.0"),
            ("pids_limit", 256),
            ("restart", endsByItself ? "no" : "unless-stopped"),
            ("stop_grace_period", "30s"),
            ("logging", Yaml.Map(("driver", "json-file"), ("options", Yaml.Map(("max-size", "10m"), ("max-file", "3")))))))
        {
            service.Add(key, value);
        }

        return service;
    }

    private static string Image(Workload workload, ComposeVariables variables) => $"{variables.Own("PANORAMA_IMAGES")}/{workload.Image}:{variables.Own("PANORAMA_IMAGE_TAG")}";

    private static Dictionary<string, object>? Environment(Workload workload, ComposeVariables variables)
    {
        var environment = new SortedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in workload.Variables)
        {
            if (Expressions.SecretOf(value) is { } secret)
            {
                // An empty name of a file is none: the process then goes without.
                environment[$"{name}_FILE"] = Expressions.ParameterOf(value)?.HasAnnotationOfType<OptionalAnnotation>() == true ? variables.OptionalFile(name) : $"{Folder}/{secret}";
            }
            else
            {
                environment[name] = name == "TRUSTED_PROXIES" ? variables.Own(workload.IsPublic ? Front : App)
                    : variables.Of(name, value, name == StorageBacking.Folder ? $"{ObjectsHome}/objects" : null);
            }
        }

        return environment.Count == 0 ? null : new Dictionary<string, object>(environment, StringComparer.Ordinal);
    }

    private static Dictionary<string, object>? HealthCheck(Workload workload, ContainerDetails? details) => details is not null
        ? HealthCheck(["CMD-SHELL", details.HealthCheck], "10s", 10, "10s")
        : workload.EndsByItself ? null : HealthCheck(["CMD", workload.Program, "healthcheck"], "30s", 5, "45s");

    private static Dictionary<string, object> HealthCheck(List<string> test, string interval, int retries, string startPeriod) => Yaml.Map(
        ("test", test), ("interval", interval), ("timeout", "5s"), ("retries", retries), ("start_period", startPeriod));

    /// <summary>The browser's way in, Web's way to the Api, the data that nothing outside reaches, and the Worker's way to a mail relay.</summary>
    private static List<string> Networks(Workload workload) => workload.Name switch
    {
        "web" => ["front", "app"],
        "api" => ["app", "data"],
        "worker" => ["data", "mail"],
        _ => ["data"],
    };

    private static Dictionary<string, object> Subnet(string subnet) =>
        Yaml.Map(("ipam", Yaml.Map(("config", new List<object> { Yaml.Map(("subnet", subnet)) }))));

    /// <summary>The commands of an operator, with the connections that they take; started by hand alone.</summary>
    private static Dictionary<string, object> CommandLine(IReadOnlyList<Workload> workloads, ComposeVariables variables)
    {
        // The logins of an operator's verbs, but not the installer's, what the Worker signs with, and the store of photos and files.
        var bootstrap = workloads.Single(w => w.Name == "bootstrap");
        var worker = workloads.Single(w => w.Name == "worker");
        var taken = bootstrap.Variables.Where(v => !v.Key.EndsWith("_bootstrap", StringComparison.Ordinal)
                && !v.Key.EndsWith("__panorama", StringComparison.Ordinal) && !v.Key.EndsWith("_auth", StringComparison.Ordinal))
            .Concat(worker.Variables.Where(v => v.Key is "AUDIT_SIGNING_KEY" or "LOG_LEVEL" || StorageBacking.IsStore(v.Key)))
            .DistinctBy(v => v.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var service = Service(
            bootstrap with { Variables = new SortedDictionary<string, object?>(taken, StringComparer.Ordinal), Arguments = ["--help"] }, variables);
        service["profiles"] = new List<string> { "tools" };
        service["networks"] = new List<string> { "data", "mail" }; // the way out to a store
        return service;
    }

    private static Dictionary<string, object> Edge(ComposeVariables variables) => Yaml.Map(
        ("image", CaddyImage),
        ("profiles", new List<string> { "edge" }),
        ("environment", Yaml.Map(("PANORAMA_WEB_BASE_URL", variables.Own("PANORAMA_WEB_BASE_URL")))),
        ("depends_on", Yaml.Map(("web", Yaml.Map(("condition", "service_healthy"))))),
        ("healthcheck", HealthCheck(["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:2020/"], "30s", 5, "10s")),
        ("ports", new List<string> { "80:80", "443:443" }),
        ("networks", new List<string> { "front" }),
        ("volumes", new List<string> { "./Caddyfile:/etc/caddy/Caddyfile:ro", "panorama-edge-config:/config", "panorama-edge-data:/data" }),
        ("tmpfs", new List<string> { "/tmp:size=64m,mode=1777" }))
        // The only right: its program may bind ports below 1024, and does not start without.
        .Hardened(endsByItself: false, "128m", "NET_BIND_SERVICE");

    /// <summary>A store of photos and files beside the database, for whoever wants one that speaks S3 and has none; no browser reaches it.</summary>
    private static Dictionary<string, object> Store(ComposeVariables variables) => Yaml.Map(
        ("image", StoreImage),
        ("profiles", new List<string> { "s3" }),
        ("user", "1654:1654"),
        // The keys are read here: as arguments they would stand in the list of processes. The folder of temporary files is the one of the image that any account may
        // write to, and an empty volume takes that over.
        ("entrypoint", new List<string>
        {
            "/bin/sh", "-c",
            "umask 077 && mkdir -p /var/tmp/buckets && ROOT_ACCESS_KEY=\"$$(cat /run/secrets/s3-access-key)\" && ROOT_SECRET_KEY=\"$$(cat /run/secrets/s3-secret-key)\""
                + $" && export ROOT_ACCESS_KEY ROOT_SECRET_KEY && exec versitygw --port :{StorePort} --health /health --quiet posix /var/tmp/buckets",
        }),
        ("environment", Yaml.Map(("VGW_REGION", variables.Own("S3_REGION")))),
        ("secrets", new List<string> { "s3-access-key", "s3-secret-key" }),
        ("healthcheck", HealthCheck(["CMD", "wget", "-q", "-O", "/dev/null", $"http://127.0.0.1:{StorePort}/health"], "10s", 10, "10s")),
        ("networks", new List<string> { "data" }),
        ("volumes", new List<string> { $"{StoreData}:/var/tmp" }),
        ("tmpfs", new List<string> { "/tmp:size=64m,mode=1777" }))
        .Hardened(endsByItself: false, ServiceMemory);

    private static string EdgeConfiguration => string.Create(CultureInfo.InvariantCulture, $$"""
        # {{DeploymentFiles.Header}}
        # Certificates are asked for and renewed by itself: the name must lead to this machine, and ports 80 and 443 must be open.
        {
        	admin off
        	servers {
        		timeouts {
        			read_header 10s
        			idle 2m
        		}
        	}
        }

        {$PANORAMA_WEB_BASE_URL} {
        	# An import file may have 25 MiB, and its form a little more; Panorama itself refuses what is larger.
        	request_body {
        		max_size 26MiB
        	}

        	# What a caller claims to have forwarded is not believed: the address that Panorama counts is the one that came here.
        	# Of several Web each request takes one by name. One that stops refuses new connections, and then the next address is tried before anything was sent. Connections
        	# are not kept: none can be closed just when a request is sent, and inside this machine a new one costs next to nothing.
        	reverse_proxy web:8080 {
        		lb_try_duration 5s
        		transport http {
        			dial_timeout 5s
        			keepalive off
        		}
        	}
        }

        # For the health check of this container.
        http://127.0.0.1:2020 {
        	bind 127.0.0.1
        	respond "ok"
        }

        """);
}
