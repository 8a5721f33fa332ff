using System.Globalization;
using System.Text;

namespace Panorama.AppHost.Publishing;

/// <summary>
/// One configuration a process for Fly.io, where each is an app of its own: an app's secrets reach all its machines, and the Api must not have
/// the Worker's. The migration is a fourth app for the same reason: a release command runs in the image and with the secrets of its app, so the Api or the
/// Worker would have to carry the command line and the login that owns the schema.
/// </summary>
internal static class FlyFiles
{
    private const string Prefix = "panorama-";
    private const string Region = "iad"; // beside the database

    public static IEnumerable<(string File, string Text)> Write(IReadOnlyList<Workload> workloads)
    {
        foreach (var workload in workloads)
        {
            yield return ($"{workload.Name}.toml", Configuration(workload));
        }

        yield return ("README.md", ReadMe(workloads));
    }

    private static string Configuration(Workload workload)
    {
        var texts = new FlyExpressions(workload);
        var toml = new Toml()
            .Comment(DeploymentFiles.Header)
            .Comment(Command(workload))
            .Set("app", Prefix + workload.Name)
            .Set("primary_region", Region)
            .Set("kill_signal", "SIGTERM")
            .Set("kill_timeout", 30);
        if (workload.EndsByItself)
        {
            toml.Comment("The release command does the work, and the deployment fails with it. Without --update-only a machine is made as well: it says its version and stops.")
                .Table("deploy").Set("release_command", string.Join(' ', workload.Arguments.Select(texts.Text))).Set("release_command_timeout", "10m")
                .Table("deploy.release_command_vm").Set("size", "shared-cpu-1x").Set("memory", "256mb")
                .Table("processes").Set("app", "version");
        }

        toml.Table("env");
        foreach (var (name, value) in workload.Variables.Where(v => Expressions.SecretOf(v.Value) is null))
        {
            toml.Set(name, texts.Of(name, value));
        }

        Reach(toml, workload);
        toml.Item("restart").Set("policy", workload.EndsByItself ? "never" : "always");
        return toml.Item("vm").Set("size", "shared-cpu-1x").Set("memory", "256mb").ToString();
    }

    /// <summary>Web is a public service; the others have none, so nothing but the private network leads to them and no proxy stops them.</summary>
    private static void Reach(Toml toml, Workload workload)
    {
        if (workload.Port is not { } port)
        {
            return;
        }

        if (workload.IsPublic)
        {
            toml.Table("http_service").Set("internal_port", port).Set("force_https", true).Set("auto_stop_machines", "off").Set("auto_start_machines", true)
                .Set("min_machines_running", 1)
                .Item("http_service.checks");
        }
        else
        {
            toml.Table("checks.health").Set("type", "http").Set("port", port);
        }

        toml.Set("method", "GET").Set("path", "/health").Set("interval", "30s").Set("timeout", "5s").Set("grace_period", "45s");
    }

    private static string Command(Workload workload) =>
        $"fly deploy --config {workload.Name}.toml --image REGISTRY/{workload.Image}:VERSION {(workload.EndsByItself ? "--update-only" : "--ha=false")}";

    private static string ReadMe(IReadOnlyList<Workload> workloads)
    {
        var text = new StringBuilder($"""
            <!-- {DeploymentFiles.Header} -->
            # Panorama on Fly.io

            Four apps of one organisation, so that each process has its own secrets and no others. PostgreSQL, Redis and mail are elsewhere
            ([docs/configuration.md](../../docs/configuration.md) says what each setting means). The logins of the database are made once, with
            `panorama bootstrap-db` from your own machine.

            The names of the apps are taken world-wide: choose a prefix of your own in place of `{Prefix}`, also in `services__api__http__0` and
            `PANORAMA_WEB_BASE_URL`.

            ## Secrets

            Names only. `fly secrets import --app NAME` reads `NAME=value` lines from standard input, so that no value stays in a shell's history.


            """);
        text.Replace("\r\n", "\n");
        foreach (var workload in workloads)
        {
            var secrets = workload.Variables.Where(v => Expressions.SecretOf(v.Value) is not null)
                .Select(v => $"`{v.Key}`{(Expressions.ParameterOf(v.Value)?.Annotations.OfType<OptionalAnnotation>().FirstOrDefault() is { } optional ? $" ({optional.When})" : "")}").ToList();
            text.Append(CultureInfo.InvariantCulture, $"- `{Prefix}{workload.Name}`: {(secrets.Count == 0 ? "none" : string.Join(", ", secrets))}\n");
        }

        text.Append(
            """

            ## Photos and files

            Two machines share no folder here, so objects go to a store such as R2: fill in `S3_ENDPOINT` and `S3_BUCKET_PHOTOS` of `api.toml` and `worker.toml`, the same in
            both, and give both apps the two secrets of the store. `S3_REGION` is R2's. Without them nothing can be uploaded.

            ## Order

            Each waits for the one before: the migration first, the Api before Web.

            ```sh

            """.ReplaceLineEndings("\n"));
        foreach (var workload in workloads)
        {
            text.Append(Command(workload)).Append('\n');
        }

        text.Append($"""
            ```

            `{Prefix}migrate` is an app of its own because a release command runs in the image and with the secrets of its app: in the Api's or the Worker's it
            would need the command line in their images and the login that owns the schema in their environment, and the Api refuses to start with
            that. Its release command is `panorama migrate`; a failure ends the deployment, and `--update-only` leaves no machine behind.

            ## What reaches what

            Only Web has a public service. Api and Worker have none: Web asks the Api at its `.internal` name on the private network, and without a service
            Fly's proxy never stops a machine, the Worker's least of all, whose timers must run. `TRUSTED_PROXIES` names Fly's proxy (172.16.0.0/12) and the
            private network (fdaa::/16); if the addresses in the audit trail are the app's own public ones, add those (`fly ips list`).

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }

    private sealed class FlyExpressions(Workload workload) : Expressions
    {
        public string Of(string name, object? value) => name switch
        {
            "PANORAMA_WEB_BASE_URL" => $"https://{Prefix}web.fly.dev",
            "TRUSTED_PROXIES" => "172.16.0.0/12,fdaa::/16",
            "S3_REGION" => "auto", // R2's
            "PANORAMA_STAGE" => "staging", // these files are the maintainer's staging system
            _ => Text(value),
        };

        protected override string Host(string resource) => resource == workload.Name ? resource : $"{Prefix}{resource}.internal";

        protected override string Parameter(ParameterResource parameter) =>
            parameter.Default?.GetDefaultValue() ?? throw new InvalidOperationException($"The parameter {parameter.Name} has no value for this target.");
    }
}
