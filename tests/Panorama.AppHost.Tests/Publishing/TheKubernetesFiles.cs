using k8s;
using k8s.Models;
using YamlDotNet.Core;

namespace Panorama.AppHost.Tests.Publishing;

/// <summary>Read by the types of Kubernetes' own client, which know every member there is and refuse another.</summary>
public sealed class TheKubernetesFiles
{
    private static readonly string[] Services = ["api", "web", "worker"];

    private readonly List<object> _objects = [.. Read()];

    [Fact]
    public void The_client_understands_every_member()
    {
        Assert.Equal(
            ["ConfigMap panorama-settings", "Deployment api", "Deployment web", "Deployment worker", "Job migrate", "NetworkPolicy panorama-api", "NetworkPolicy panorama-deny-ingress", "NetworkPolicy panorama-web", "Service api", "Service web"],
            Deployment.Sorted(_objects.Cast<IKubernetesObject<V1ObjectMeta>>().Select(o => $"{o.Kind} {o.Metadata.Name}")));
    }

    [Theory]
    [InlineData("readOnlyRootFilesystem", "readOnlyRootFileSystem")]
    [InlineData("terminationGracePeriodSeconds", "stop_grace_period")]
    [InlineData("failureThreshold", "retries")]
    public void A_member_that_does_not_exist_is_found(string member, string other)
    {
        var text = Deployment.Read("deploy/kubernetes/api.yaml").Replace($"{member}:", $"{other}:", StringComparison.Ordinal);

        Assert.Throws<YamlException>(() => KubernetesYaml.LoadAllFromString(text, strict: true));
    }

    [Fact]
    public void The_kustomization_names_every_file_and_a_version_of_every_image()
    {
        var file = Deployment.Yaml(Deployment.Read("deploy/kubernetes/kustomization.yaml"));

        Assert.Equal(["apiVersion", "images", "kind", "resources"], Deployment.Sorted(file.Keys));
        Assert.Equal(
            Deployment.Files("deploy/kubernetes", "*.yaml").Select(f => Path.GetFileName(f)).Where(f => f != "kustomization.yaml"), Deployment.List(file["resources"]));
        var images = ((List<object?>)file["images"]!).Select(Deployment.Map).ToDictionary(i => (string)i["name"]!, i => (string)i["newTag"]!, StringComparer.Ordinal);
        Assert.Equal(Deployment.Sorted(Pods().Select(p => p.Value.Containers.Single().Image).Distinct()), Deployment.Sorted(images.Keys));
        Assert.All(images.Values, tag => Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", tag));
    }

    [Fact]
    public void A_pod_has_no_rights_and_limits()
    {
        Assert.Equal(["api", "migrate", "web", "worker"], Deployment.Sorted(Pods().Keys));
        foreach (var pod in Pods().Values)
        {
            Assert.Equal((true, 1654L, 1654L, "RuntimeDefault"), (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.RunAsUser, pod.SecurityContext.RunAsGroup, pod.SecurityContext.SeccompProfile.Type));
            Assert.Equal((false, false, 30L), (pod.AutomountServiceAccountToken, pod.EnableServiceLinks, pod.TerminationGracePeriodSeconds));
            var container = Assert.Single(pod.Containers);
            Assert.Equal((false, true), (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem));
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Null(container.SecurityContext.Capabilities.Add);
            Assert.Equal("256Mi", container.Resources.Limits["memory"].ToString());
            Assert.Equal(["cpu", "memory"], Deployment.Sorted(container.Resources.Limits.Keys));
            var scratch = Assert.Single(pod.Volumes);
            Assert.Equal("64Mi", scratch.EmptyDir.SizeLimit.ToString());
        }
    }

    [Fact]
    public void A_service_is_ready_by_its_health_and_restarted_by_its_life()
    {
        foreach (var service in Services)
        {
            var container = Pods()[service].Containers.Single();
            Assert.Equal(("/health", "/alive", "/alive"), (container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path, container.StartupProbe.HttpGet.Path));
            Assert.Equal(8080, container.Ports.Single(p => p.Name == container.LivenessProbe.HttpGet.Port.Value).ContainerPort);
        }

        var job = _objects.OfType<V1Job>().Single();
        Assert.Equal(("OnFailure", 3), (job.Spec.Template.Spec.RestartPolicy, job.Spec.BackoffLimit));
        Assert.Equal(["migrate"], job.Spec.Template.Spec.Containers.Single().Args);
    }

    [Fact]
    public void The_Api_is_reached_by_Web_alone_and_the_Worker_by_nobody()
    {
        var policies = _objects.OfType<V1NetworkPolicy>().ToDictionary(p => p.Metadata.Name, p => p.Spec, StringComparer.Ordinal);
        Assert.All(policies.Values, p => Assert.Equal(["Ingress"], p.PolicyTypes));

        var none = policies["panorama-deny-ingress"];
        Assert.Null(none.Ingress);
        Assert.All(Pods().Keys, name => Assert.Equal("panorama", Labels(name)[none.PodSelector.MatchLabels.Single().Key]));

        var api = Assert.Single(policies["panorama-api"].Ingress);
        Assert.Equal(Labels("api"), policies["panorama-api"].PodSelector.MatchLabels);
        Assert.Equal(Labels("web"), Assert.Single(api.FromProperty).PodSelector.MatchLabels);
        Assert.Equal("http", Assert.Single(api.Ports).Port.Value);

        Assert.Null(Assert.Single(policies["panorama-web"].Ingress).FromProperty);
        Assert.DoesNotContain(policies, p => p.Value.PodSelector.MatchLabels.Contains(new("app.kubernetes.io/component", "worker")));

        IDictionary<string, string> Labels(string name) =>
            _objects.OfType<V1Deployment>().Where(d => d.Metadata.Name == name).Select(d => d.Spec.Template.Metadata.Labels)
                .Concat(_objects.OfType<V1Job>().Where(j => j.Metadata.Name == name).Select(j => j.Spec.Template.Metadata.Labels)).Single();
    }

    [Fact]
    public void A_secret_is_named_and_never_written()
    {
        Assert.Empty(_objects.OfType<V1Secret>());
        var settings = _objects.OfType<V1ConfigMap>().Single().Data;
        foreach (var variable in Pods().Values.SelectMany(p => p.Containers.Single().Env))
        {
            var isSecret = variable.Name.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || variable.Name is "SESSION_SECRET" or "DATA_KEY" or "AUDIT_SIGNING_KEY" or "SMTP_PASSWORD" or "S3_ACCESS_KEY" or "S3_SECRET_KEY";
            Assert.Equal(isSecret, variable.ValueFrom?.SecretKeyRef is not null);
            Assert.Equal(isSecret, !settings.ContainsKey(variable.Name) && variable.Value is null);
            Assert.Equal(variable.Name is "SMTP_PASSWORD" or "S3_ACCESS_KEY" or "S3_SECRET_KEY" ? true : null, variable.ValueFrom?.SecretKeyRef?.Optional);
            if (variable.ValueFrom?.ConfigMapKeyRef is { } reference)
            {
                Assert.Equal(("panorama-settings", variable.Name), (reference.Name, reference.Key));
            }
        }
    }

    internal static Dictionary<string, Deployed> Deployed()
    {
        var all = Read().ToList();
        var waits = all.OfType<IMetadata<V1ObjectMeta>>().Where(o => o is V1Deployment or V1Job)
            .ToDictionary(o => o.Metadata.Name, o => o.Metadata.Annotations?["panorama/after"].Split(',') ?? [], StringComparer.Ordinal);
        return Pods(all).ToDictionary(p => p.Key, p =>
        {
            var container = p.Value.Containers.Single();
            var open = all.OfType<V1NetworkPolicy>().Any(n => n.Metadata.Name == $"panorama-{p.Key}" && n.Spec.Ingress.Single().FromProperty is null);
            return new Deployed(
                Deployment.Sorted(container.Env.Select(e => e.Name)),
                Deployment.Sorted(container.Env.Where(e => e.ValueFrom?.SecretKeyRef is not null).Select(e => e.Name)),
                Deployment.Sorted(waits[p.Key]),
                open ? container.Ports.Single().ContainerPort.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
                Deployment.Sorted(p.Value.Volumes.Where(v => v.EmptyDir is null).Select(v => v.Name)),
                string.Join(' ', container.Args ?? []));
        }, StringComparer.Ordinal);
    }

    private static IEnumerable<object> Read() => Deployment.Files("deploy/kubernetes", "*.yaml").Where(f => !f.EndsWith("kustomization.yaml", StringComparison.Ordinal))
        .SelectMany(f => KubernetesYaml.LoadAllFromString(Deployment.Read(f), strict: true));

    private Dictionary<string, V1PodSpec> Pods() => Pods(_objects);

    private static Dictionary<string, V1PodSpec> Pods(List<object> objects) =>
        objects.OfType<V1Deployment>().Select(d => (d.Metadata.Name, d.Spec.Template.Spec))
            .Concat(objects.OfType<V1Job>().Select(j => (j.Metadata.Name, j.Spec.Template.Spec))).ToDictionary(p => p.Name, p => p.Spec, StringComparer.Ordinal);
}
