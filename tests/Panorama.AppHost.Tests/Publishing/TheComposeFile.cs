using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests.Publishing;

/// <summary>What the compose file promises to whoever starts it on a server of their own.</summary>
public sealed partial class TheComposeFile
{
    // What docker-compose 1.29 knows of a service, as far as this file needs it; it refuses a word that it does not know.
    private static readonly string[] KnownWords =
    [
        "image", "user", "entrypoint", "command", "environment", "secrets", "depends_on", "healthcheck", "ports", "networks", "volumes", "tmpfs", "shm_size", "stop_signal",
        "profiles", "cap_drop", "cap_add", "security_opt", "read_only", "mem_limit", "cpus", "pids_limit", "restart", "stop_grace_period", "logging", "scale",
    ];

    private static readonly string[] Data = ["postgres", "redis"];
    private static readonly string[] Services = ["api", "worker", "web"];
    private static readonly string[] OneShots = ["bootstrap", "migrate", "cli"];

    private readonly Dictionary<string, object?> _file = Deployment.Yaml(Deployment.Read("deploy/compose/docker-compose.yaml"));

    public static TheoryData<string> Names => [.. Data, .. OneShots, .. Services, "edge", "s3"];

    [Fact]
    public void It_has_these_parts_in_the_words_of_an_old_docker_compose()
    {
        Assert.Equal(["networks", "secrets", "services", "volumes"], Deployment.Sorted(_file.Keys));
        Assert.Equal(Deployment.Sorted(Names.Select(n => n.Data)), Deployment.Sorted(Map("services").Keys));
        Assert.Empty(Map("services").SelectMany(s => Deployment.Map(s.Value).Keys).Except(KnownWords));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_container_has_no_rights_and_limits(string name)
    {
        var service = Service(name);

        Assert.Equal(["ALL"], Deployment.List(service["cap_drop"]));
        Assert.Equal(name == "edge" ? ["NET_BIND_SERVICE"] : [], Deployment.List(service.GetValueOrDefault("cap_add")));
        Assert.Equal(["no-new-privileges:true"], Deployment.List(service["security_opt"]));
        Assert.Equal("true", service["read_only"]);
        Assert.All(["mem_limit", "cpus", "pids_limit"], limit => Assert.NotEmpty((string)service[limit]!));
        Assert.Equal("30s", service["stop_grace_period"]);
        Assert.Equal("json-file", Deployment.Map(service["logging"])["driver"]);
        Assert.Equal(["max-file", "max-size"], Deployment.Sorted(Deployment.Map(Deployment.Map(service["logging"])["options"]).Keys));
        Assert.All(Deployment.List(service["tmpfs"]), t => Assert.Matches("^/[a-z/]+:size=[0-9]+m,", t));
        Assert.Equal(OneShots.Contains(name) ? "no" : "unless-stopped", service["restart"]);
        Assert.Equal(OneShots.Contains(name), !service.ContainsKey("healthcheck"));
        Assert.Matches("(:v?[0-9]+(\\.[0-9]+)+|:\\$\\{PANORAMA_IMAGE_TAG:\\?.+\\})$", (string)service["image"]!);
        if (name != "edge") // whose program binds low ports as root, without any other right
        {
            Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", (string)service["user"]!);
        }

        if (Services.Contains(name) || OneShots.Contains(name))
        {
            Assert.Equal(("256m", "1654:1654"), (service["mem_limit"], service["user"]));
        }
    }

    [Fact]
    [Trait("FieldCase", "DEP-04")]
    public void Only_Web_is_published_and_only_to_this_machine_unless_the_front_door_is_wanted()
    {
        var published = Map("services").ToDictionary(s => s.Key, s => Deployment.List(Deployment.Map(s.Value).GetValueOrDefault("ports")), StringComparer.Ordinal);

        Assert.Equal(["edge", "web"], Deployment.Sorted(published.Where(p => p.Value.Count > 0).Select(p => p.Key)));
        Assert.Equal(["127.0.0.1:${WEB_PORT:-8080}:8080"], published["web"]);
        Assert.Equal(["80:80", "443:443"], published["edge"]);
        Assert.Equal(["edge"], Deployment.List(Service("edge")["profiles"]));
    }

    [Fact]
    public void The_store_of_photos_is_a_part_by_choice_that_no_browser_reaches_and_no_list_of_processes_names_the_keys_of()
    {
        var store = Service("s3");

        Assert.Equal(["s3"], Deployment.List(store["profiles"]));
        Assert.Equal(["s3-access-key", "s3-secret-key"], Deployment.Sorted(Deployment.List(store["secrets"])));
        Assert.Equal("${S3_REGION:-us-east-1}", Deployment.Map(store["environment"])["VGW_REGION"]); // as Panorama signs for
        Assert.Equal(["panorama-s3:/var/tmp"], Deployment.List(store["volumes"]));
        var command = Deployment.List(store["entrypoint"])[^1];
        Assert.DoesNotMatch("--(access|secret)", command);
        Assert.EndsWith("exec versitygw --port :7070 --health /health --quiet posix /var/tmp/buckets", command, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:7070/health", Deployment.List(Deployment.Map(store["healthcheck"])["test"]));
    }

    [Fact]
    public void Data_is_on_a_network_without_a_way_out_and_Web_does_not_reach_it()
    {
        Assert.Equal("true", Deployment.Map(Map("networks")["data"])["internal"]);
        Assert.All(Data.Concat(["bootstrap", "migrate", "s3"]), name => Assert.Equal(["data"], Networks(name)));
        Assert.Equal(["data", "mail"], Networks("cli")); // its way to a store of photos elsewhere
        Assert.Equal(["front", "app"], Networks("web"));
        Assert.Equal(["front"], Networks("edge"));
        Assert.DoesNotContain("front", Networks("api"));
        Assert.Empty(Networks("worker").Intersect(Networks("web")));
    }

    [Fact]
    public void Web_believes_the_front_door_and_the_Api_believes_Web()
    {
        Assert.Equal(Subnet("front"), Deployment.Map(Service("web")["environment"])["TRUSTED_PROXIES"]);
        Assert.Equal(Subnet("app"), Deployment.Map(Service("api")["environment"])["TRUSTED_PROXIES"]);

        string Subnet(string network) => (string)Deployment.Map(((List<object?>)Deployment.Map(Deployment.Map(Map("networks")[network])["ipam"])["config"]!)[0])["subnet"]!;
    }

    [Fact]
    public void Everything_waits_for_what_it_needs()
    {
        var waits = Map("services").SelectMany(s => Deployment.Map(Deployment.Map(s.Value).GetValueOrDefault("depends_on"))
            .Select(d => $"{s.Key}: {Deployment.Map(d.Value)["condition"]} {d.Key}"));

        Assert.Equal(
            [
                "api: service_completed_successfully migrate", "api: service_healthy redis", "bootstrap: service_healthy postgres", "cli: service_healthy postgres",
                "edge: service_healthy web", "migrate: service_completed_successfully bootstrap", "web: service_healthy api", "worker: service_completed_successfully migrate",
            ],
            Deployment.Sorted(waits));
    }

    [Fact]
    public void A_process_is_asked_by_its_own_program()
    {
        Assert.All(Services, name => Assert.Equal(
            ["CMD", $"/app/Panorama.{char.ToUpperInvariant(name[0])}{name[1..]}", "healthcheck"], Deployment.List(Deployment.Map(Service(name)["healthcheck"])["test"])));
        Assert.Contains("pg_isready", Deployment.List(Deployment.Map(Service("postgres")["healthcheck"])["test"])[1], StringComparison.Ordinal);
        Assert.Contains("redis-cli ping", Deployment.List(Deployment.Map(Service("redis")["healthcheck"])["test"])[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_are_set_up_for_data_that_matters()
    {
        Assert.Contains("--data-checksums", (string)Deployment.Map(Service("postgres")["environment"])["POSTGRES_INITDB_ARGS"]!, StringComparison.Ordinal);
        Assert.NotNull(Service("postgres")["shm_size"]);
        Assert.Contains("log_min_duration_statement=500", Deployment.List(Service("postgres")["command"]));
        Assert.Matches("--maxmemory [0-9]+mb --maxmemory-policy noeviction", Deployment.List(Service("redis")["entrypoint"])[^1]);
        Assert.Equal(["panorama-edge-config", "panorama-edge-data", "panorama-objects", "panorama-postgres", "panorama-redis", "panorama-s3"], Deployment.Sorted(Map("volumes").Keys));
    }

    // The base's home of the images' account, so that an empty volume belongs to it; Api, Worker and an operator's commands see the same objects, and nobody else does.
    [Fact]
    public void Api_Worker_and_commands_share_the_folder_of_photos_and_files()
    {
        Assert.All(["api", "worker", "cli"], name =>
        {
            Assert.Equal(["panorama-objects:/home/app"], Deployment.List(Service(name)["volumes"]));
            Assert.Equal("${STORAGE_DIRECTORY:-/home/app/objects}", Deployment.Map(Service(name)["environment"])["STORAGE_DIRECTORY"]);
        });
        Assert.Equal(["api", "cli", "worker"], Deployment.Sorted(Map("services").Keys.Where(n => Deployment.List(Service(n).GetValueOrDefault("volumes")).Any(v => v.Contains("panorama-objects", StringComparison.Ordinal)))));
    }

    [Fact]
    public void A_secret_comes_from_a_file_and_stands_in_no_variable_and_no_argument()
    {
        var files = Map("secrets").ToDictionary(s => s.Key, s => (string)Deployment.Map(s.Value)["file"]!, StringComparer.Ordinal);
        Assert.All(files, f => Assert.Equal($"./secrets/{f.Key}", f.Value));
        foreach (var (name, value) in Map("services"))
        {
            var service = Deployment.Map(value);
            var given = Deployment.List(service.GetValueOrDefault("secrets"));
            var environment = Deployment.Map(service.GetValueOrDefault("environment"));
            Assert.Empty(given.Except(files.Keys));
            Assert.DoesNotContain(environment.Keys, n => n.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && !n.EndsWith("_FILE", StringComparison.Ordinal));
            Assert.DoesNotContain(environment, v => ((string)v.Value!).Contains("assword=", StringComparison.Ordinal));
            var read = environment.Where(v => v.Key.EndsWith("_FILE", StringComparison.Ordinal)).Select(v => (string)v.Value!).ToList();
            Assert.Equal(
                Deployment.Sorted(given.Except(["smtp-password", "s3-access-key", "s3-secret-key"]).Select(s => $"/run/secrets/{s}")), Deployment.Sorted(read.Where(r => r[0] == '/').Distinct()));
            string[] store = ["${S3_ACCESS_KEY_FILE:-}", "${S3_SECRET_KEY_FILE:-}"];
            Assert.Equal(name switch { "worker" => [.. store, "${SMTP_PASSWORD_FILE:-}"], "api" or "cli" => store, _ => [] }, read.Where(r => r[0] == '$'));
        }

        Assert.DoesNotContain("requirepass $", string.Join(' ', Deployment.List(Service("redis")["entrypoint"])), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("FieldCase", "DEP-04")]
    public void Each_variable_of_the_file_is_in_the_example_with_the_same_default_and_no_other()
    {
        var text = Deployment.Read("deploy/compose/docker-compose.yaml");
        var used = Reference().Matches(text).Select(m => (Name: m.Groups["name"].Value, Default: m.Groups["kind"].Value == "-" ? m.Groups["text"].Value : ""))
            .Concat([(Name: "COMPOSE_PROJECT_NAME", Default: "panorama"), (Name: "COMPOSE_PROFILES", Default: "")]) // docker-compose reads them itself
            .Distinct().OrderBy(v => v.Name, StringComparer.Ordinal);
        var example = Deployment.Read("deploy/compose/.env.example").Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('=', 2)).Select(p => (Name: p[0], Default: p[1]))
            .OrderBy(v => v.Name, StringComparer.Ordinal);

        Assert.Equal(used, example);
    }

    [Fact]
    public void The_front_door_takes_its_name_from_the_one_address_and_lets_import_files_pass()
    {
        var text = Deployment.Read("deploy/compose/Caddyfile");

        Assert.Contains("\n{$PANORAMA_WEB_BASE_URL} {\n", text, StringComparison.Ordinal);
        var file = long.Parse(Size().Match(Deployment.Read("Panorama.Core/Importing/Import.cs")).Groups["bytes"].Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        Assert.Contains("max_size 26MiB", text, StringComparison.Ordinal);
        Assert.InRange(file, 1, (26 - 1) * 1024 * 1024);
        Assert.Contains("reverse_proxy web:8080", text, StringComparison.Ordinal);
        Assert.DoesNotContain("trusted_proxies", text, StringComparison.Ordinal);
        Assert.Contains("./Caddyfile:/etc/caddy/Caddyfile:ro", Deployment.List(Service("edge")["volumes"]));
    }

    [Fact]
    [Trait("Tier", "Full")]
    [Trait("FieldCase", "DEP-04")]
    public async Task Docker_compose_accepts_it_with_settings_and_refuses_it_without()
    {
        using var state = new StateOfATest();
        await Tool.EnsureAsync("docker-compose", "docker-compose", TestContext.Current.CancellationToken);
        var folder = Path.Combine(state.Folder, "compose");
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(AppHostProcess.Repository, "deploy/compose/docker-compose.yaml"), Path.Combine(folder, "docker-compose.yaml"));

        var without = await Tool.RunAsync("docker-compose", ["config", "-q"], folder, TestContext.Current.CancellationToken);
        Dictionary<string, string> needed = new(StringComparer.Ordinal) { ["PANORAMA_IMAGE_TAG"] = "0.1.0", ["PANORAMA_WEB_BASE_URL"] = "https://fleet.example" };
        Assert.Equal(
            Deployment.Sorted(needed.Keys),
            Deployment.Sorted(Reference().Matches(Deployment.Read("deploy/compose/docker-compose.yaml")).Where(m => m.Groups["kind"].Value == "?").Select(m => m.Groups["name"].Value).Distinct()));
        foreach (var empty in needed.Keys)
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, ".env"), needed.Select(n => $"{n.Key}={(n.Key == empty ? "" : n.Value)}"), TestContext.Current.CancellationToken);
            var refused = await Tool.RunAsync("docker-compose", ["config", "-q"], folder, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains(empty, refused.Text, StringComparison.Ordinal);
        }

        await File.WriteAllLinesAsync(Path.Combine(folder, ".env"), needed.Select(n => $"{n.Key}={n.Value}"), TestContext.Current.CancellationToken);
        var with = await Tool.RunAsync("docker-compose", ["--profile", "edge", "--profile", "s3", "config"], folder, TestContext.Current.CancellationToken);

        Assert.NotEqual(0, without.ExitCode);
        Assert.Contains("PANORAMA_IMAGE_TAG", without.Text, StringComparison.Ordinal);
        Assert.True(with.ExitCode == 0, with.Text);
        Assert.Contains("image: panorama/api:0.1.0", with.Text, StringComparison.Ordinal);
        Assert.Contains("10.213.77.0/28", with.Text, StringComparison.Ordinal);
        Assert.Equal(2, with.Text.Split("    scale: 1\n").Length - 1);
    }

    [Fact]
    [Trait("Tier", "Full")]
    public async Task Caddy_accepts_the_configuration_of_the_front_door()
    {
        using var state = new StateOfATest();
        var caddy = await Tool.UnpackAsync("caddy", state.Folder, TestContext.Current.CancellationToken);
        var file = Path.Combine(AppHostProcess.Repository, "deploy/compose/Caddyfile");
        var environment = new Dictionary<string, string> { ["PANORAMA_WEB_BASE_URL"] = "https://fleet.example", ["HOME"] = state.Folder };

        var adapted = await Tool.RunAsync(caddy, ["adapt", "--config", file, "--validate"], state.Folder, TestContext.Current.CancellationToken, environment);

        Assert.True(adapted.ExitCode == 0, adapted.Text);
        Assert.Contains("\"host\":[\"fleet.example\"]", adapted.Text, StringComparison.Ordinal);
        Assert.Contains("\"dial\":\"web:8080\"", adapted.Text, StringComparison.Ordinal);
        Assert.Contains("\"keep_alive\":{\"enabled\":false}", adapted.Text, StringComparison.Ordinal);
        Assert.Contains("\"max_size\":27262976", adapted.Text, StringComparison.Ordinal);
        Assert.Contains("\"admin\":{\"disabled\":true}", adapted.Text, StringComparison.Ordinal);
    }

    private Dictionary<string, object?> Map(string part) => Deployment.Map(_file[part]);

    private Dictionary<string, object?> Service(string name) => Deployment.Map(Map("services")[name]);

    private IReadOnlyList<string> Networks(string name) => Deployment.List(Service(name)["networks"]);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+):(?<kind>[-?])(?<text>[^}]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("MaxFileBytes = (?<bytes>[0-9_]+);", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Size();
}

/// <summary>Programs of the machine that a test needs; root on Debian installs what is missing.</summary>
internal static class Tool
{
    public static async Task EnsureAsync(string program, string package, CancellationToken cancellationToken)
    {
        if ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, program))))
        {
            return;
        }

        await RunAsync("apt-get", ["update", "-qq"], "/", cancellationToken);
        var installed = await RunAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", package], "/", cancellationToken);
        Assert.True(installed.ExitCode == 0, installed.Text);
    }

    /// <summary>A program out of Debian's package of its name, which is not installed: as a service it would take ports.</summary>
    public static async Task<string> UnpackAsync(string package, string folder, CancellationToken cancellationToken)
    {
        await RunAsync("apt-get", ["update", "-qq"], folder, cancellationToken);
        var loaded = await RunAsync("apt-get", ["download", "-qq", package], folder, cancellationToken);
        Assert.True(loaded.ExitCode == 0, loaded.Text);
        var unpacked = await RunAsync("dpkg", ["-x", Directory.GetFiles(folder, $"{package}_*.deb").Single(), Path.Combine(folder, "package")], folder, cancellationToken);
        Assert.True(unpacked.ExitCode == 0, unpacked.Text);
        return Path.Combine(folder, "package", "usr", "bin", package);
    }

    public static async Task<(int ExitCode, string Text)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
