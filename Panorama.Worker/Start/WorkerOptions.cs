using Microsoft.Extensions.Options;
using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.ServiceDefaults.Configuration;

namespace Panorama.Worker.Start;

/// <summary>Settings of the Worker that come from the environment.</summary>
internal sealed class WorkerOptions
{
    public const string ConnectionName = "panorama_privileged";

    /// <summary>Login <c>panorama_super_admin</c>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Connection strings that are another process's, by name.</summary>
    public IReadOnlyList<string> Foreign { get; set; } = [];

    /// <summary><c>ALLOW_INSECURE_POSTGRES_TLS</c>: yes or no; null stands for no.</summary>
    public string? AllowInsecurePostgresTls { get; set; }

    /// <summary><c>FEATURE_INSPECTIONS</c>: yes or no; null stands for no.</summary>
    public string? InspectionsFlag { get; set; }

    public bool OffersInspections => Flags.Read(InspectionsFlag) is true;

    /// <summary><c>AUDIT_SIGNING_KEY</c>: a comma list; the first key signs, retired ones after it only verify.</summary>
    public string AuditSigningKey { get; set; } = "";

    /// <exception cref="FormatException">A key cannot be read; the message completes a sentence that begins with the setting's name.</exception>
    public AuditKeyRing ReadKeys()
    {
        List<AuditSigningKey> keys = [];
        foreach (var text in AuditSigningKey.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Core.Audit.AuditSigningKey.TryParse(text, out var key, out var problem))
            {
                throw new FormatException(problem);
            }

            if (keys.Exists(k => k.Id == key.Id))
            {
                throw new FormatException($"names the key id {key.Id} twice");
            }

            keys.Add(key);
        }

        return new(keys.FirstOrDefault(), [.. keys.Skip(1)]);
    }
}

internal sealed class WorkerOptionsRules(IHostEnvironment environment) : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        List<string> problems = [];
        if (options.ConnectionString.Length == 0)
        {
            problems.Add($"ConnectionStrings__{WorkerOptions.ConnectionName} is not set; it names the database and the login panorama_super_admin.");
        }
        else if (!IsConnectionString(options.ConnectionString))
        {
            problems.Add($"ConnectionStrings__{WorkerOptions.ConnectionName} is not a connection string of PostgreSQL.");
        }

        problems.AddRange(options.Foreign.Select(name => $"ConnectionStrings__{name} must not be given to the Worker, which works with ConnectionStrings__{WorkerOptions.ConnectionName} alone."));
        if (options.AllowInsecurePostgresTls is { } flag && Flags.Read(flag) is null)
        {
            problems.Add("ALLOW_INSECURE_POSTGRES_TLS must be true, false, 1, 0, yes or no.");
        }
        else if (environment.IsProduction() && Flags.Read(options.AllowInsecurePostgresTls) is not true
            && PostgresTls.Problem($"ConnectionStrings__{WorkerOptions.ConnectionName}", options.ConnectionString) is { } insecure)
        {
            problems.Add(insecure);
        }

        if (options.InspectionsFlag is { } inspections && Flags.Read(inspections) is null)
        {
            problems.Add("FEATURE_INSPECTIONS must be true, false, 1, 0, yes or no.");
        }

        if (options.AuditSigningKey.Length == 0 && environment.IsProduction())
        {
            problems.Add("AUDIT_SIGNING_KEY is not set; without it nobody can tell a forged audit log from a true one.");
        }

        try
        {
            using var keys = options.ReadKeys();
        }
        catch (FormatException exception)
        {
            problems.Add($"AUDIT_SIGNING_KEY {exception.Message}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
