using System.Globalization;
using System.Reflection;

namespace Panorama.AppHost.Publishing;

/// <summary>Plain manifests and a kustomization: <c>kubectl apply -k</c>. Values of settings are in a ConfigMap, those of secrets nowhere.</summary>
internal static class KubernetesFiles
{
    private const string Settings = "panorama-settings";
    private const string Secrets = "panorama-secrets";
    private const string PartOf = "app.kubernetes.io/part-of";
    private const string Component = "app.kubernetes.io/component";
    private const string Application = "panorama";

    private static string Version => typeof(KubernetesFiles).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static IEnumerable<(string File, string Text)> Write(IReadOnlyList<Workload> workloads)
    {
        var files = workloads.Select(w => (File: $"{w.Name}.yaml", Documents: Documents(w, workloads))).ToList();
        files.Add(("settings.yaml", [ConfigMap(workloads)]));
        files.Add(("network.yaml", [.. NetworkPolicies(workloads)]));
        foreach (var (file, documents) in files)
        {
            yield return (file, Yaml.Write(DeploymentFiles.Header, [.. documents]));
        }

        yield return ("kustomization.yaml", Yaml.Write(
            $"""
            {DeploymentFiles.Header}
            kubectl apply -k . after: the address in settings.yaml (or a patch of your own), and
            kubectl create secret generic {Secrets} --from-file=FOLDER, with one file a name:
            {string.Join("\n", SecretNames(workloads))}
            smtp-password may be left out, and so may the two of s3-, with which photos and files go to the store that settings.yaml names (S3_ENDPOINT, S3_BUCKET_PHOTOS).
            The job of a former release is deleted first: kubectl delete job migrate --ignore-not-found
            """.ReplaceLineEndings("\n"),
            Yaml.Map(
                ("apiVersion", "kustomize.config.k8s.io/v1beta1"),
                ("kind", "Kustomization"),
                ("resources", files.Select(f => f.File).Order(StringComparer.Ordinal).ToList()),
                ("images", workloads.Select(w => w.Image).Distinct().Order(StringComparer.Ordinal)
                    .Select(image => Yaml.Map(("name", $"{Application}/{image}"), ("newName", $"{Application}/{image}"), ("newTag", Version))).ToList()))));
    }

    private static List<object> Documents(Workload workload, IReadOnlyList<Workload> all)
    {
        var documents = new List<object> { workload.EndsByItself ? Job(workload) : Deployment(workload) };
        if (workload.Port is { } port && (workload.IsPublic || ReachedBy(workload, all).Count > 0))
        {
            documents.Add(Yaml.Map(
                ("apiVersion", "v1"), ("kind", "Service"), ("metadata", Yaml.Map(("name", workload.Name), ("labels", Labels(workload)))),
                ("spec", Yaml.Map(
                    ("selector", Labels(workload)),
                    ("ports", new List<object> { Yaml.Map(("name", "http"), ("port", port), ("targetPort", "http")) })))));
        }

        return documents;
    }

    private static Dictionary<string, object> Deployment(Workload workload) => Yaml.Map(
        ("apiVersion", "apps/v1"), ("kind", "Deployment"), ("metadata", Metadata(workload)),
        ("spec", Yaml.Map(
            ("replicas", 1),
            ("selector", Yaml.Map(("matchLabels", Labels(workload)))),
            ("template", Yaml.Map(("metadata", Yaml.Map(("labels", Labels(workload)))), ("spec", Pod(workload)))))));

    private static Dictionary<string, object> Job(Workload workload) => Yaml.Map(
        ("apiVersion", "batch/v1"), ("kind", "Job"), ("metadata", Metadata(workload)),
        ("spec", Yaml.Map(
            ("backoffLimit", 3),
            ("ttlSecondsAfterFinished", 3600),
            ("template", Yaml.Map(("metadata", Yaml.Map(("labels", Labels(workload)))), ("spec", Pod(workload)))))));

    private static Dictionary<string, object> Pod(Workload workload) => Yaml.Map(
        ("automountServiceAccountToken", false),
        ("enableServiceLinks", false), // they would set variables such as API_PORT
        ("securityContext", Yaml.Map(
            ("runAsNonRoot", true), ("runAsUser", 1654), ("runAsGroup", 1654), ("fsGroup", 1654), ("seccompProfile", Yaml.Map(("type", "RuntimeDefault"))))),
        ("terminationGracePeriodSeconds", 30),
        ("restartPolicy", workload.EndsByItself ? "OnFailure" : null),
        ("containers", new List<object> { Container(workload) }),
        ("volumes", new List<object> { Yaml.Map(("name", "tmp"), ("emptyDir", Yaml.Map(("medium", "Memory"), ("sizeLimit", "64Mi")))) }));

    private static Dictionary<string, object> Container(Workload workload) => Yaml.Map(
        ("name", workload.Name),
        ("image", $"{Application}/{workload.Image}"),
        ("args", Yaml.List(workload.Arguments.Select(new KubernetesExpressions().Text))),
        ("env", Yaml.List(workload.Variables.Select(v => (object)Variable(v.Key, v.Value)))),
        ("ports", workload.Port is { } port ? new List<object> { Yaml.Map(("name", "http"), ("containerPort", port)) } : null),
        // Not ready without a database; restarted only when the process itself no longer answers.
        ("startupProbe", workload.Port is null ? null : Probe("/alive", 2, 30)),
        ("readinessProbe", workload.Port is null ? null : Probe("/health", 10, 3)),
        ("livenessProbe", workload.Port is null ? null : Probe("/alive", 30, 5)),
        ("resources", Yaml.Map(
            ("requests", Yaml.Map(("cpu", "50m"), ("memory", "256Mi"))),
            ("limits", Yaml.Map(("cpu", "1"), ("memory", "256Mi"))))),
        ("securityContext", Yaml.Map(
            ("allowPrivilegeEscalation", false), ("readOnlyRootFilesystem", true), ("capabilities", Yaml.Map(("drop", new List<string> { "ALL" }))))),
        ("volumeMounts", new List<object> { Yaml.Map(("name", "tmp"), ("mountPath", "/tmp")) }));

    private static Dictionary<string, object> Probe(string path, int seconds, int failures) => Yaml.Map(
        ("httpGet", Yaml.Map(("path", path), ("port", "http"))), ("periodSeconds", seconds), ("timeoutSeconds", 5), ("failureThreshold", failures));

    private static Dictionary<string, object> Variable(string name, object? value)
    {
        if (Expressions.SecretOf(value) is { } secret)
        {
            var optional = Expressions.ParameterOf(value)?.HasAnnotationOfType<OptionalAnnotation>() == true;
            return Yaml.Map(("name", name), ("valueFrom", Yaml.Map(("secretKeyRef", Yaml.Map(("name", Secrets), ("key", secret), ("optional", optional ? true : null))))));
        }

        return Expressions.ParameterOf(value) is null
            ? Yaml.Map(("name", name), ("value", new KubernetesExpressions().Text(value)))
            : Yaml.Map(("name", name), ("valueFrom", Yaml.Map(("configMapKeyRef", Yaml.Map(("name", Settings), ("key", name))))));
    }

    private static Dictionary<string, object> ConfigMap(IReadOnlyList<Workload> workloads)
    {
        var data = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in workloads.SelectMany(w => w.Variables))
        {
            if (Expressions.SecretOf(value) is null && Expressions.ParameterOf(value) is { } parameter)
            {
                data[name] = parameter.Default?.GetDefaultValue() ?? ""; // the Api refuses an empty address by its name
            }
        }

        return Yaml.Map(
            ("apiVersion", "v1"), ("kind", "ConfigMap"),
            ("metadata", Yaml.Map(("name", Settings), ("labels", Yaml.Map((PartOf, Application))))),
            ("data", new Dictionary<string, string>(data, StringComparer.Ordinal)));
    }

    /// <summary>Nobody reaches anything, but Web is reached by everybody and another by those that the model gives its address.</summary>
    private static IEnumerable<object> NetworkPolicies(IReadOnlyList<Workload> workloads)
    {
        yield return Policy("deny-ingress", Yaml.Map((PartOf, Application)), null);
        foreach (var workload in workloads.Where(w => w.Port is not null))
        {
            var callers = ReachedBy(workload, workloads);
            if (workload.IsPublic || callers.Count > 0)
            {
                yield return Policy(workload.Name, Labels(workload), Yaml.Map(
                    ("from", workload.IsPublic ? null : callers.Select(c => Yaml.Map(("podSelector", Yaml.Map(("matchLabels", Labels(c)))))).ToList()),
                    ("ports", new List<object> { Yaml.Map(("protocol", "TCP"), ("port", "http")) })));
            }
        }
    }

    private static Dictionary<string, object> Policy(string name, Dictionary<string, object> of, Dictionary<string, object>? ingress) => Yaml.Map(
        ("apiVersion", "networking.k8s.io/v1"), ("kind", "NetworkPolicy"),
        ("metadata", Yaml.Map(("name", $"{Application}-{name}"), ("labels", Yaml.Map((PartOf, Application))))),
        ("spec", Yaml.Map(
            ("podSelector", Yaml.Map(("matchLabels", of))),
            ("policyTypes", new List<string> { "Ingress" }),
            ("ingress", ingress is null ? null : new List<object> { ingress }))));

    private static List<Workload> ReachedBy(Workload workload, IReadOnlyList<Workload> all) =>
        [.. all.Where(w => w.Variables.Keys.Any(n => n.StartsWith($"services__{workload.Name}__", StringComparison.Ordinal)))];

    private static Dictionary<string, object> Metadata(Workload workload) => Yaml.Map(
        ("name", workload.Name),
        ("labels", Labels(workload)),
        // A cluster starts all at once: who comes too early is not ready, or ends and is started again.
        ("annotations", workload.Waits.Any() ? Yaml.Map(($"{Application}/after", string.Join(",", workload.Waits.Select(w => w.Name)))) : null));

    private static Dictionary<string, object> Labels(Workload workload) => Yaml.Map((Component, workload.Name), (PartOf, Application));

    private static IEnumerable<string> SecretNames(IReadOnlyList<Workload> workloads) =>
        workloads.SelectMany(w => w.Variables.Values).Select(Expressions.SecretOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)
            .Select(name => string.Create(CultureInfo.InvariantCulture, $"  {name}"));

    private sealed class KubernetesExpressions : Expressions
    {
        protected override string Parameter(ParameterResource parameter) =>
            throw new InvalidOperationException($"The parameter {parameter.Name} is a part of a value; only as a whole can it come from a ConfigMap.");
    }
}
