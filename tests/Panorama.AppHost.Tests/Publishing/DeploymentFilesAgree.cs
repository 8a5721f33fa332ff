using System.Text.RegularExpressions;

namespace Panorama.AppHost.Tests.Publishing;

/// <summary>Manifest, compose, Fly and Kubernetes are one system in four languages.</summary>
public sealed partial class DeploymentFilesAgree
{
    // What an image of somebody else reads, and what the runtime of ours does.
    private static readonly string[] OfTheImages = ["POSTGRES_DB", "POSTGRES_HOST_AUTH_METHOD", "POSTGRES_INITDB_ARGS", "POSTGRES_PASSWORD", "POSTGRES_USER", "REDIS_PASSWORD"];

    // The file's own: a front door and an operator's command line, which the model does not start.
    private static readonly string[] ComposeAlone = ["cli", "edge", "s3"];

    private static readonly string[] Mail = ["SMTP_HOST", "SMTP_PORT", "SMTP_SECURE", "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM", "MAIL_FROM_NAME"];
    private static readonly string[] Folders = ["deploy/compose", "deploy/fly", "deploy/kubernetes"];

    private static readonly Dictionary<string, Deployed> Containers = Deployment.Manifest("aspire-manifest.json");
    private static readonly Dictionary<string, Deployed> External = Deployment.Manifest("deploy/external/aspire-manifest.json");

    [Fact]
    public void Compose_says_what_the_manifest_says()
    {
        var compose = Deployment.Compose();
        Assert.Equal(Deployment.Sorted(Containers.Keys), Deployment.Sorted(compose.Keys.Except(ComposeAlone)));

        foreach (var (name, manifest) in Containers)
        {
            // Aspire's manifest has no words for a volume of a project.
            var volumes = name is "api" or "worker" ? ["panorama-objects:/home/app"] : manifest.Volumes;
            Same(name, manifest with { Arguments = name == "redis" ? "" : manifest.Arguments, Volumes = volumes }, compose[name] with { After = [] });
        }
    }

    [Fact]
    public void Fly_and_Kubernetes_say_what_the_manifest_of_external_servers_says()
    {
        var fly = Deployment.Fly();
        var kubernetes = TheKubernetesFiles.Deployed();
        Assert.Equal(Deployment.Sorted(External.Keys), Deployment.Sorted(fly.Keys));
        Assert.Equal(Deployment.Sorted(External.Keys), Deployment.Sorted(kubernetes.Keys));

        foreach (var (name, manifest) in External)
        {
            Same(name, manifest, fly[name] with { After = [] });
            Same(name, manifest, kubernetes[name] with { After = [] });
        }
    }

    [Fact]
    public void What_waits_for_what_is_the_same_everywhere()
    {
        var compose = Deployment.Compose();
        var kubernetes = TheKubernetesFiles.Deployed();
        var fly = Deployment.Fly();

        foreach (var name in External.Keys)
        {
            var ours = Deployment.Sorted(compose[name].After.Intersect(External.Keys));
            Assert.Equal(ours, kubernetes[name].After);
            Assert.Empty(ours.Except(fly[name].After)); // there, whoever stands above comes before
        }

        Assert.Equal(["api"], kubernetes["web"].After);
        Assert.Equal(["migrate"], kubernetes["api"].After);
        Assert.Equal(["migrate"], kubernetes["worker"].After);
    }

    [Fact]
    public void A_process_has_the_same_variables_with_every_backing()
    {
        foreach (var (name, external) in External)
        {
            Assert.Equal(external.Variables, Containers[name].Variables);
            Assert.Equal(external.Secrets, Containers[name].Secrets);
        }
    }

    [Fact]
    public void No_process_has_the_connection_of_another()
    {
        foreach (var files in new[] { Containers, External, Deployment.Compose(), Deployment.Fly(), TheKubernetesFiles.Deployed() })
        {
            Assert.Equal(["ConnectionStrings__panorama", "ConnectionStrings__panorama_auth", "ConnectionStrings__redis"], Connections(files["api"]));
            Assert.Equal(["ConnectionStrings__panorama_privileged"], Connections(files["worker"]));
            Assert.Equal([], Connections(files["web"]));
            Assert.Equal(["ConnectionStrings__panorama_migrator"], Connections(files["migrate"]));
            Assert.Equal([], files["web"].Secrets);
        }

        static IEnumerable<string> Connections(Deployed service) => service.Variables.Where(v => v.StartsWith("ConnectionStrings__", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_variable_is_one_that_its_process_reads()
    {
        var letters = new Dictionary<string, string>(StringComparer.Ordinal) { ["api"] = "A", ["worker"] = "W", ["web"] = "U", ["migrate"] = "C", ["bootstrap"] = "C", ["cli"] = "C" };
        var page = Deployment.Read("docs/configuration.md");
        var rows = (from Match row in Row().Matches(page)
                    from Match name in Quoted().Matches(row.Groups["names"].Value)
                    select (Name: name.Groups["name"].Value, Readers: row.Groups["readers"].Value)).ToDictionary(r => r.Name, r => r.Readers, StringComparer.Ordinal);
        Assert.True(rows.Count > 20);

        var unread = from files in new[] { Containers, External, Deployment.Compose(), Deployment.Fly(), TheKubernetesFiles.Deployed() }
                     from service in files
                     where letters.ContainsKey(service.Key)
                     from variable in service.Value.Variables
                     where !(variable is "HTTP_PORTS" || variable.StartsWith("DOTNET_", StringComparison.Ordinal))
                     where variable.Contains("__", StringComparison.Ordinal)
                         ? !page.Contains($"| `{variable}` |", StringComparison.Ordinal)
                         : !rows.GetValueOrDefault(variable, "").Contains(letters[service.Key], StringComparison.Ordinal)
                     select $"{service.Key}: {variable}";
        Assert.Empty(unread.Distinct());

        Assert.Empty(Containers.Concat(Deployment.Compose()).Where(s => s.Key is "postgres" or "redis").SelectMany(s => s.Value.Variables).Except(OfTheImages));
    }

    [Fact]
    public void Mail_features_and_the_public_address_can_be_set_everywhere()
    {
        foreach (var files in new[] { Containers, External, Deployment.Compose(), Deployment.Fly(), TheKubernetesFiles.Deployed() })
        {
            Assert.Empty(Mail.Except(files["worker"].Variables));
            Assert.All(["api", "worker", "web", "migrate"], name => Assert.Contains("PANORAMA_WEB_BASE_URL", files[name].Variables));
            Assert.All(["FEATURE_MAINTENANCE", "FEATURE_INSPECTIONS", "WEB_ORIGIN", "TRUSTED_PROXIES"], name => Assert.Contains(name, files["api"].Variables));
            Assert.DoesNotContain(files.SelectMany(f => f.Value.Variables), v => v is "SMTP_FROM" or "SMTP_EHLO_HOST" or "APP_BASE_URL" or "NODE_ENV" or "PORT" || v.StartsWith("DATABASE_", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Storage_can_be_set_everywhere_for_whom_it_concerns_alone()
    {
        string[] storage =
        [
            "PHOTO_DELIVERY", "S3_ACCESS_KEY", "S3_BUCKET_PHOTOS", "S3_ENDPOINT", "S3_ENDPOINT_ALLOWED_HOSTS", "S3_FORCE_PATH_STYLE", "S3_PUBLIC_ENDPOINT", "S3_REGION",
            "S3_SECRET_KEY", "S3_SERVER_SIDE_ENCRYPTION", "S3_SIGNED_URL_TTL_SECONDS", "STORAGE_DIRECTORY", "STORAGE_DRIVER",
        ];
        foreach (var files in new[] { Containers, External, Deployment.Compose(), Deployment.Fly(), TheKubernetesFiles.Deployed() })
        {
            Assert.All(["api", "worker"], name => Assert.Equal(storage, files[name].Variables.Where(IsStorage)));
            Assert.All(["api", "worker"], name => Assert.Equal(["S3_ACCESS_KEY", "S3_SECRET_KEY"], files[name].Secrets.Where(IsStorage)));
            Assert.Equal(["PHOTO_DELIVERY", "S3_BUCKET_PHOTOS", "S3_ENDPOINT", "S3_PUBLIC_ENDPOINT", "S3_REGION", "STORAGE_DRIVER"], files["web"].Variables.Where(IsStorage)); // for the policy of its pages
            Assert.Equal(files.ContainsKey("cli") ? storage.Except(["PHOTO_DELIVERY"]) : [], files.GetValueOrDefault("cli")?.Variables.Where(IsStorage) ?? []);
            Assert.All(files.Keys.Except(["api", "worker", "web", "cli"]), name => Assert.DoesNotContain(files[name].Variables, IsStorage));
            Assert.All(["PHOTO_RATE_TENANT_HOUR", "PHOTO_RATE_USER_HOUR"], name => Assert.Contains(name, files["api"].Variables));
        }

        static bool IsStorage(string name) => name is "PHOTO_DELIVERY" || name.StartsWith("S3_", StringComparison.Ordinal) || name.StartsWith("STORAGE_", StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_names_a_schema_a_mode_of_TLS_or_a_password_in_a_connection()
    {
        var files = Folders.SelectMany(f => Deployment.Files(f, "*"));

        Assert.All(files, file => Assert.DoesNotMatch(@"schema=public|sslmode=|\bpsql\b|changeme|CHANGE_ME|:latest\b", Deployment.Read(file)));
    }

    private static void Same(string name, Deployed manifest, Deployed other)
    {
        Assert.Equal((name, string.Join(' ', manifest.Variables)), (name, string.Join(' ', other.Variables)));
        Assert.Equal((name, string.Join(' ', manifest.Secrets)), (name, string.Join(' ', other.Secrets)));
        Assert.Equal((name, manifest.Published, string.Join(' ', manifest.Volumes), manifest.Arguments), (name, other.Published, string.Join(' ', other.Volumes), other.Arguments));
    }

    [GeneratedRegex(@"^\| (?<names>`[A-Z][^|]*) \| (?<readers>[AWUCH ]+) \|", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Z][A-Z0-9]*(_[A-Z0-9]+)+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
