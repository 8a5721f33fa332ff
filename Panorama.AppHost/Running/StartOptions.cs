using System.Globalization;
using System.Reflection;
using Panorama.AppHost.Backing;
using Panorama.AppHost.Publishing;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.AppHost.Running;

/// <summary>The options of the command line, read before anything is built; every wrong one is named at once.</summary>
internal sealed class StartOptions
{
    private static readonly string[] Names = ["Backing", "Reset", "Demo", "Dashboard", "WebPort", "ApiPort", "WorkerPort", "PostgresPort", "RedisPort", "DashboardPort", "DataDir"];

    /// <summary>Their sentence about a value says what an empty one could be.</summary>
    private static readonly string[] SaysItself = [.. Names.Except(["DataDir"])];

    /// <summary>Aspire's own; the first four may be followed by their value as a word of its own.</summary>
    private static readonly string[] Framework = ["operation", "step", "output-path", "publisher", "environment", "applicationName", "contentRoot", "log-level"];

    private static readonly string[] Sections = ["ConnectionStrings", "Parameters", "DcpPublisher", "Logging", "AppHost", "Dashboard", "Pipeline"];

    private static readonly string[] Connections = ["panorama", "panorama_auth", "panorama_privileged", "panorama_migrator", "panorama_backup", "panorama_bootstrap", "redis"];

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _problems = [];

    private StartOptions()
    {
    }

    public BackingKind Backing { get; private set; }

    public bool Publishing { get; private set; }

    public bool Reset { get; private set; }

    public bool Demo { get; private set; }

    public bool Dashboard { get; private set; }

    public int? WebPort { get; private set; }

    public int? ApiPort { get; private set; }

    public int? WorkerPort { get; private set; }

    public int? PostgresPort { get; private set; }

    public int? RedisPort { get; private set; }

    public int? DashboardPort { get; private set; }

    public string DataDir { get; private set; } = "";

    /// <exception cref="StartException">An option does not exist or its value cannot be used.</exception>
    public static StartOptions Parse(IReadOnlyList<string> args)
    {
        var options = new StartOptions();
        options.ReadArguments(args);
        options.Publishing = string.Equals(options.Value("operation"), "publish", StringComparison.OrdinalIgnoreCase) || options.Value("publisher") is not null;
        options.Backing = options.ReadBacking();
        options.Reset = options.Flag("Reset", otherwise: false);
        options.Demo = options.Flag("Demo", otherwise: true);
        options.Dashboard = options.Flag("Dashboard", otherwise: true);
        options.WebPort = options.Port("WebPort", 5080);
        options.ApiPort = options.Port("ApiPort", 5081);
        options.WorkerPort = options.Port("WorkerPort", 5082);
        options.PostgresPort = options.Port("PostgresPort", 0);
        options.RedisPort = options.Port("RedisPort", 0);
        options.DashboardPort = options.Port("DashboardPort", 15000);
        options.DataDir = Path.GetFullPath(options.Value("DataDir") is { Length: > 0 } folder ? folder : Path.Combine(Repository, ".panorama"));
        options.RefuseSharedPorts();
        options.RefuseFilesOfAnotherBacking();
        return options._problems.Count == 0 ? options : throw new StartException(StartException.Usage, options._problems);
    }

    /// <summary>The folder that holds the solution.</summary>
    public static string Repository => Path.GetFullPath(Path.Combine(Metadata("apphostprojectpath"), ".."));

    public static string Metadata(string key) => typeof(StartOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase)).Value!;

    private void ReadArguments(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var n, var v] ? (n, v) : (args[i], null);
            name = name.TrimStart('-');
            if (Framework.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                _values[name] = value ?? (i + 1 < args.Count ? args[++i] : "");
            }
            else if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                _problems.Add($"\"{args[i]}\" is not an option; an option and its value are one word, such as --WebPort=8080.");
            }
            else if (!IsKnown(name))
            {
                _problems.Add($"--{name} is not an option; {Suggest(name)}.");
            }
            else if (value is null)
            {
                _problems.Add($"--{name} has no value; an option and its value are one word, such as --{name}={Example(name)}.");
            }
            else if (string.IsNullOrWhiteSpace(value) && !SaysItself.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                _problems.Add($"--{name} is empty; give it a value, such as --{name}={Example(name)}, or leave it out.");
            }
            else if (!_values.TryAdd(name, value))
            {
                _problems.Add($"--{name} is given twice.");
            }
        }
    }

    private static bool IsKnown(string name)
    {
        if (name.Split([':', '.'], 2) is [var section, var key] || name.Split("__", 2) is [var s, var k] && (section = s) is not null && (key = k) is not null)
        {
            return Sections.Contains(section, StringComparer.OrdinalIgnoreCase)
                && (!section.Equals("ConnectionStrings", StringComparison.OrdinalIgnoreCase)
                    || Connections.Contains(key.Replace('-', '_'), StringComparer.OrdinalIgnoreCase));
        }

        return Names.Contains(name, StringComparer.OrdinalIgnoreCase) || ExternalBacking.Settings.Contains(name, StringComparer.OrdinalIgnoreCase)
            || name.StartsWith("ASPIRE_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase);
    }

    private static string Suggest(string name)
    {
        var known = Names.Concat(ExternalBacking.Settings).Concat(Connections.Select(c => $"ConnectionStrings:{c}")).ToList();
        var nearest = known.MinBy(n => SettingNames.Distance(n.ToUpperInvariant(), name.ToUpperInvariant()))!;
        return SettingNames.Distance(nearest.ToUpperInvariant(), name.ToUpperInvariant()) <= 3
            ? $"--{nearest} is"
            : $"there are {string.Join(", ", Names.Select(n => $"--{n}"))}";
    }

    private static string Example(string name) =>
        name.EndsWith("Port", StringComparison.OrdinalIgnoreCase) ? "0"
        : name.Equals("DataDir", StringComparison.OrdinalIgnoreCase) ? "folder"
        : name.Equals("Backing", StringComparison.OrdinalIgnoreCase) ? nameof(BackingKind.Local)
        : Names.Contains(name, StringComparer.OrdinalIgnoreCase) ? "true" : "value";

    private string? Value(string name) => _values.GetValueOrDefault(name);

    private BackingKind ReadBacking()
    {
        var text = Value("Backing") ?? Environment.GetEnvironmentVariable("Backing");
        var kind = Publishing ? BackingKind.Containers : BackingKind.Local;
        if (text is not null && !(Enum.TryParse(text, ignoreCase: true, out kind) && Enum.GetNames<BackingKind>().Contains(text, StringComparer.OrdinalIgnoreCase)))
        {
            _problems.Add($"Backing is \"{text}\"; it can be Local, Containers or External.");
        }
        else if (Publishing && kind is BackingKind.Local)
        {
            _problems.Add("Backing=Local cannot be published, because its servers are programs of this machine; publish Containers or External.");
        }

        return kind;
    }

    private bool Flag(string name, bool otherwise)
    {
        switch (Value(name)?.ToUpperInvariant())
        {
            case null:
                return otherwise;
            case "TRUE" or "1" or "YES":
                return true;
            case "FALSE" or "0" or "NO":
                return false;
            default:
                _problems.Add($"--{name} is \"{Value(name)}\"; it can be true or false.");
                return otherwise;
        }
    }

    /// <summary>Null stands for any free port.</summary>
    private int? Port(string name, int otherwise)
    {
        var number = otherwise;
        if (Value(name) is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 65536))
        {
            _problems.Add($"--{name} is \"{text}\"; it can be a port from 1 to 65535, or 0 for any that is free.");
        }

        return number == 0 ? null : number;
    }

    private void RefuseSharedPorts()
    {
        var ports = new[] { ("Web", WebPort), ("Api", ApiPort), ("Worker", WorkerPort), ("Postgres", PostgresPort), ("Redis", RedisPort), ("Dashboard", Dashboard ? DashboardPort : null) };
        foreach (var shared in ports.Where(p => p.Item2 is not null).GroupBy(p => p.Item2).Where(g => g.Count() > 1))
        {
            _problems.Add($"{string.Join(" and ", shared.Select(p => $"--{p.Item1}Port"))} are both {shared.Key!.Value.ToString(CultureInfo.InvariantCulture)}.");
        }
    }

    private void RefuseFilesOfAnotherBacking()
    {
        if (Publishing && Value("step") is { } step && DeploymentFiles.Steps.TryGetValue(step, out var backing) && backing != Backing && Backing is not BackingKind.Local)
        {
            _problems.Add($"{step} writes files for Backing={backing}; say --Backing={backing}.");
        }
    }
}
