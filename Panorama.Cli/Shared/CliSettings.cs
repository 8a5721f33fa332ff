using System.Collections;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Storage;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Cli.Shared;

/// <summary>Settings of the command line, read from the environment under the names and spellings of every process.</summary>
internal sealed class CliSettings
{
    private readonly Lazy<IConfiguration> _configuration;

    private CliSettings(IReadOnlyDictionary<string, string?> variables)
    {
        Warnings = [.. SettingNames.Warnings(variables.Keys), .. SettingNames.QuotedWarnings(variables.GetValueOrDefault)];

        // Read late: 'version' and '--help' must answer also where a setting is wrong.
        _configuration = new(() =>
        {
            var configuration = new ConfigurationManager();
            configuration.AddInMemoryCollection(variables);
            return configuration.AddPanoramaSettings();
        });
    }

    /// <summary>A sentence for each setting that nobody reads.</summary>
    public IReadOnlyList<string> Warnings { get; }

    public bool IsDebug => _configuration.IsValueCreated && _configuration.Value["LOG_LEVEL"] is "debug" or "trace";

    /// <summary>The one public address, without a slash at its end.</summary>
    public string WebBaseUrl => (_configuration.Value["PANORAMA_WEB_BASE_URL"] is { Length: > 0 } url ? url : "http://localhost:5080").TrimEnd('/');

    public static CliSettings FromEnvironment() => From(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(pair => ((string)pair.Key, pair.Value as string)));

    /// <param name="variables">As the environment writes them: <c>ConnectionStrings__panorama_migrator</c>.</param>
    public static CliSettings From(IEnumerable<(string Name, string? Value)> variables)
    {
        var read = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in variables)
        {
            read[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return new CliSettings(read);
    }

    /// <param name="name">panorama_migrator, panorama_privileged …</param>
    public string? ConnectionStringOrNull(string name) => _configuration.Value.GetConnectionString(name) is { Length: > 0 } value ? Checked(name, value) : null;

    /// <exception cref="CliException">It is missing or cannot be read.</exception>
    public string ConnectionString(string name) => ConnectionStringOrNull(name)
        ?? throw new CliException($"The setting ConnectionStrings__{name} is missing. {(Machine.IsContainer(_configuration.Value)
            ? "This container gets it from its environment, or from the file that the same name with _FILE behind it names." : "'scripts/panorama' takes it from the running local system.")}");

    /// <exception cref="CliException">Some are missing; all of them are named.</exception>
    public void Require(params IReadOnlyList<string> names)
    {
        var missing = names.Where(name => ConnectionStringOrNull(name) is null).Select(name => $"ConnectionStrings__{name}").ToList();
        if (missing.Count > 0)
        {
            throw new CliException($"{(missing.Count == 1 ? "The setting" : "The settings")} {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing.");
        }
    }

    public string? this[string name] => _configuration.Value[name] is { Length: > 0 } value ? value : null;

    /// <summary>As a host names its environment, and as one that is not named is Production there.</summary>
    public bool IsProduction => (this["ASPNETCORE_ENVIRONMENT"] ?? this["DOTNET_ENVIRONMENT"] ?? "Production").Equals("Production", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where photos and documents lie.</summary>
    public StorageOptions Storage()
    {
        var options = new StorageOptions();
        options.Read(_configuration.Value);
        return options;
    }

    /// <exception cref="CliException">In production the certificate of a server elsewhere is to be verified.</exception>
    public void CheckTls(string name, string connectionString)
    {
        var flag = this["ALLOW_INSECURE_POSTGRES_TLS"];
        if (flag is not null && Flags.Read(flag) is null)
        {
            throw new CliException("ALLOW_INSECURE_POSTGRES_TLS must be true, false, 1, 0, yes or no.");
        }

        if (IsProduction && Flags.Read(flag) is not true && PostgresTls.Problem(name, connectionString) is { } problem)
        {
            throw new CliException(problem);
        }
    }

    private string Checked(string name, string value)
    {
        CheckTls($"ConnectionStrings__{name}", value);
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(value) { IncludeErrorDetail = false };
            builder.ApplicationName ??= "panorama";
            return builder.ConnectionString;
        }
        catch (ArgumentException exception)
        {
            throw new CliException($"The setting ConnectionStrings__{name} cannot be read: {exception.Message.Split('\n')[0].TrimEnd('.')}.");
        }
    }
}
