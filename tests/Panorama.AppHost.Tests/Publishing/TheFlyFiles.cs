namespace Panorama.AppHost.Tests.Publishing;

public sealed class TheFlyFiles
{
    // The words of Fly's configuration that these files use; fly refuses none that it does not know, so a slip would pass unseen.
    private static readonly string[] KnownWords =
    [
        "app", "primary_region", "kill_signal", "kill_timeout", "deploy.release_command", "deploy.release_command_timeout", "deploy.release_command_vm.size", "deploy.release_command_vm.memory",
        "processes.app", "restart.policy", "vm.size", "vm.memory",
        .. Check("checks.health"), "checks.health.type", "checks.health.port",
        .. Check("http_service.checks"), "http_service.internal_port", "http_service.force_https", "http_service.auto_stop_machines", "http_service.auto_start_machines",
        "http_service.min_machines_running",
    ];

    public static TheoryData<string> Apps => ["migrate", "api", "worker", "web"];

    [Fact]
    public void There_is_one_for_each_process() =>
        Assert.Equal(Deployment.Sorted(Apps.Select(a => $"deploy/fly/{a.Data}.toml")), Deployment.Files("deploy/fly", "*.toml"));

    [Theory]
    [MemberData(nameof(Apps))]
    public void Each_is_an_app_of_its_own_on_the_smallest_machine_beside_the_database(string app)
    {
        var values = Read(app);

        Assert.Empty(values.Keys.Where(k => !k.StartsWith("env.", StringComparison.Ordinal)).Except(KnownWords));
        Assert.Equal(
            ($"panorama-{app}", "iad", "SIGTERM", "30", "shared-cpu-1x", "256mb"),
            (values["app"], values["primary_region"], values["kill_signal"], values["kill_timeout"], values["vm.size"], values["vm.memory"]));
    }

    [Fact]
    [Trait("FieldCase", "DEP-04")]
    public void Only_Web_has_a_service_and_no_process_is_stopped_for_being_idle()
    {
        Assert.All(["migrate", "api", "worker"], app => Assert.DoesNotContain(Read(app).Keys, k => k.Contains("service", StringComparison.Ordinal)));
        var web = Read("web");
        Assert.Equal(("8080", "true", "off", "1"), (web["http_service.internal_port"], web["http_service.force_https"], web["http_service.auto_stop_machines"], web["http_service.min_machines_running"]));
        Assert.Equal("/health", web["http_service.checks.path"]);
        Assert.All(["api", "worker"], app => Assert.Equal(("8080", "/health", "always"), (Read(app)["checks.health.port"], Read(app)["checks.health.path"], Read(app)["restart.policy"])));
        Assert.Equal("http://panorama-api.internal:8080", web["env.services__api__http__0"]);
    }

    [Fact]
    public void The_migration_is_the_release_command_of_an_app_that_alone_has_its_login()
    {
        var migrate = Read("migrate");

        Assert.Equal(
            ("migrate", "256mb", "version", "never"),
            (migrate["deploy.release_command"], migrate["deploy.release_command_vm.memory"], migrate["processes.app"], migrate["restart.policy"]));
        Assert.All(["api", "worker", "web"], app => Assert.DoesNotContain("deploy.release_command", Read(app).Keys));
        Assert.Equal(["migrate"], Deployment.Fly().Where(a => a.Value.Secrets.Contains("ConnectionStrings__panorama_migrator")).Select(a => a.Key));
    }

    private static Dictionary<string, string> Read(string app) => Deployment.Toml(Deployment.Read($"deploy/fly/{app}.toml"));

    private static IEnumerable<string> Check(string table) => [$"{table}.method", $"{table}.path", $"{table}.interval", $"{table}.timeout", $"{table}.grace_period"];
}
