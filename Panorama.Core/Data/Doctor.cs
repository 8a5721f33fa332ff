using Npgsql;

namespace Panorama.Core.Data;

/// <summary>Something about the database that is not as it must be.</summary>
/// <param name="Name">Stable name: one of the holes, or of the warnings.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="IsWarning">No hole yet, but needs a look.</param>
public sealed record DoctorFinding(string Name, string Subject, bool IsWarning);

/// <summary>Compares the database with what the migrations make. Reads only; runs as <c>panorama_migrator</c>.</summary>
public static class Doctor
{
    /// <summary>The holes that it knows by name.</summary>
    public static IReadOnlyList<string> Holes { get; } =
    [
        "row_security_off", "policy_mismatch", "role_granted", "bypass_rls", "public_execute", "search_path_open", "runtime_login_owns",
        "trigger_disabled", "migration_pending", "time_zone_not_utc", "audit_chain_broken", "grant_mismatch",
    ];

    /// <summary>All findings, holes first; none is a healthy database.</summary>
    /// <param name="clock">Compared with the database's.</param>
    public static async Task<IReadOnlyList<DoctorFinding>> ExamineAsync(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancellationToken)
    {
        var pending = await FindPendingAsync(connection, cancellationToken);
        if (pending.Count == MigrationStep.All.Count)
        {
            return pending; // nothing else is there to examine
        }

        var findings = new List<DoctorFinding>(pending);
        findings.AddRange(await QueryAsync(connection, "Doctor.sql", isWarning: false, cancellationToken));
        findings.AddRange(Compare(await Catalogue.ReadAsync(connection, cancellationToken)));
        findings.AddRange(await QueryAsync(connection, "DoctorWarnings.sql", isWarning: true, cancellationToken));
        var most = await connection.ScalarAsync<int>("select current_setting('max_connections')::int", cancellationToken);
        var reserved = await connection.ScalarAsync<int>(
            "select current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0)", cancellationToken);
        if (ConnectionPools.Shortage(most, reserved) is { } shortage)
        {
            findings.Add(new DoctorFinding("connections_too_few", shortage, IsWarning: true));
        }

        var skew = clock.GetUtcNow().UtcDateTime - await connection.ScalarAsync<DateTime>("select clock_timestamp()", cancellationToken);
        if (skew.Duration() > TimeSpan.FromSeconds(2))
        {
            findings.Add(new DoctorFinding("clock_differs", $"{skew.TotalSeconds:0.0} s ahead of the database", IsWarning: true));
        }

        return [.. findings.Distinct().OrderBy(f => f.IsWarning).ThenBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.Subject, StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<DoctorFinding>> FindPendingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>("select to_regclass('public.schema_history') is not null", cancellationToken))
        {
            return [.. MigrationStep.All.Select(s => new DoctorFinding("migration_pending", s.Id, IsWarning: false))];
        }

        try
        {
            var steps = await new MigrationRunner(connection.ConnectionString).FindPendingAsync(connection, cancellationToken);
            return [.. steps.Select(s => new DoctorFinding("migration_pending", s.Id, IsWarning: false))];
        }
        catch (MigrationException exception)
        {
            return [new DoctorFinding("migration_pending", exception.Message, IsWarning: false)];
        }
    }

    private static async Task<IReadOnlyList<DoctorFinding>> QueryAsync(NpgsqlConnection connection, string file, bool isWarning, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        await using var command = new NpgsqlCommand(EmbeddedSql.Read(file), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            findings.Add(new DoctorFinding(reader.GetString(0), reader.GetString(1), isWarning));
        }

        return findings;
    }

    /// <summary>What is there and should not be, and the other way round.</summary>
    private static IEnumerable<DoctorFinding> Compare(IReadOnlyList<CatalogueLine> lines)
    {
        var actual = lines.ToHashSet();
        return actual.Except(Catalogue.Expected).Select(l => Finding(l, "unexpected"))
            .Concat(Catalogue.Expected.Except(actual).Select(l => Finding(l, "missing")));

        static DoctorFinding Finding(CatalogueLine line, string what) => new(line.Kind switch
        {
            "grant" => "grant_mismatch",
            "execute" => line.Detail == "PUBLIC" ? "public_execute" : "grant_mismatch",
            "function" => "search_path_open",
            "trigger" => "trigger_disabled",
            "table" when DatabaseRoles.Logins.Contains(line.Detail) && line.Detail != DatabaseRoles.Migrator => "runtime_login_owns",
            _ => "policy_mismatch",
        }, $"{what}: {line.Kind} {line.Name} {line.Detail}", IsWarning: false);
    }
}
