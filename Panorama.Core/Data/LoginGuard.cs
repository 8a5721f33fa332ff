using Npgsql;

namespace Panorama.Core.Data;

/// <summary>A login is more, or less, than this program may run with; the message is one sentence for the operator.</summary>
public sealed class LoginGuardException(string message) : Exception(message);

/// <summary>What a connection turned out to be; the body of the <c>panorama.boot.db_pool_configured</c> record.</summary>
public sealed record LoginReport(string Role, string Host, int Port, string ServerVersion, bool IsSuperuser, bool BypassRls,
    IReadOnlyList<string> Memberships, string PolicyDigest, bool Tls, string SchemaVersion);

/// <summary>
/// The check that every process makes at start on each of its connections: a login that is more than its role would turn row security
/// into decoration without anybody noticing. There is no switch that turns it off.
/// </summary>
public static class LoginGuard
{
    private static readonly string[] Credentials = ["auth_identities", "setup_links", "sessions", "personal_access_tokens", "context_keys", "audit_chains", "audit_queue"];

    /// <summary>Compares the login with what its role is.</summary>
    /// <param name="role">One of <see cref="DatabaseRoles.Logins"/>.</param>
    /// <exception cref="LoginGuardException">It differs; the message names everything that does.</exception>
    public static async Task<LoginReport> CheckAsync(NpgsqlConnection connection, string role, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var report = await ReadAsync(connection, role, problems, cancellationToken);
        if (problems.Count == 0)
        {
            var lines = await Catalogue.ReadAsync(connection, cancellationToken);
            report = report with { PolicyDigest = Catalogue.PolicyDigest(lines) };
            // A database that a newer program has migrated may grant more; what must never be granted is checked all the same.
            if (report.SchemaVersion == MigrationStep.Newest)
            {
                problems.AddRange(Compare(role, lines));
            }
            else
            {
                problems.AddRange(lines.Where(l => role != DatabaseRoles.Migrator && IsAbout(l, role) && IsForbidden(l, role)).Select(l => $"has {l.Detail} on {l.Name}"));
            }
        }

        return problems.Count == 0
            ? report
            : throw new LoginGuardException(
                $"ConnectionStrings__{DatabaseRoles.ConnectionNames[role]}: the login {report.Role} at {report.Host}:{report.Port} is not {role} as it must be: it {string.Join("; it ", problems.Take(8))}"
                + (problems.Count > 8 ? $"; and {problems.Count - 8} more" : "") + (report.Role == role ? ". Run 'panorama doctor'." : $". It must be the login {role}."));
    }

    private static async Task<LoginReport> ReadAsync(NpgsqlConnection connection, string role, List<string> problems, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select current_user::text, session_user::text, r.rolsuper, r.rolbypassrls, r.rolcreaterole or r.rolcreatedb or r.rolreplication,
                   array(select m.roleid::regrole::text from pg_auth_members m where m.member = r.oid order by 1),
                   (select count(*) from pg_class c where c.relowner = r.oid) + (select count(*) from pg_proc p where p.proowner = r.oid)
                     + (select count(*) from pg_namespace n where n.nspowner = r.oid) + (select count(*) from pg_database d where d.datdba = r.oid),
                   current_setting('TimeZone'),
                   -- to_regprocedure would fail for a login without a right on the schema, and hide what else is wrong with it
                   exists (select 1 from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.proname = 'schema_version'),
                   coalesce((select s.ssl from pg_stat_ssl s where s.pid = pg_backend_pid()), false)
              from pg_roles r where r.rolname = current_user
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var memberships = reader.GetFieldValue<string[]>(5);
        var report = new LoginReport(reader.GetString(0), connection.Host ?? "", connection.Port, connection.PostgreSqlVersion.ToString(), reader.GetBoolean(2), reader.GetBoolean(3),
            memberships, "", reader.GetBoolean(9), "");
        var owned = reader.GetInt64(6);
        Add(report.Role != role, $"signs in as {report.Role}");
        Add(reader.GetString(1) != report.Role, $"acts for {reader.GetString(1)}");
        Add(report.IsSuperuser, "has SUPERUSER");
        Add(report.BypassRls, "has BYPASSRLS");
        Add(reader.GetBoolean(4), "has CREATEROLE, CREATEDB or REPLICATION");
        var expected = role == DatabaseRoles.Migrator ? [DatabaseRoles.Definer] : Array.Empty<string>();
        Add(!memberships.SequenceEqual(expected), $"is a member of {(memberships.Length == 0 ? "no role" : string.Join(", ", memberships))}");
        Add(role != DatabaseRoles.Migrator && owned > 0, $"owns {owned} objects");
        Add(!string.Equals(reader.GetString(7), "UTC", StringComparison.OrdinalIgnoreCase), $"runs in time zone {reader.GetString(7)}");
        var migrated = reader.GetBoolean(8);
        Add(!migrated, "finds a database that is not migrated (run 'panorama migrate')");
        await reader.CloseAsync();
        if (!migrated || problems.Count > 0)
        {
            return report;
        }

        var version = await ReadVersionAsync(connection, problems, cancellationToken);
        Add(version is not null && string.CompareOrdinal(version, MigrationStep.Newest) < 0, $"finds schema version {version} where this program needs {MigrationStep.Newest} (run 'panorama migrate')");
        return report with { SchemaVersion = version ?? "" };

        void Add(bool wrong, string problem)
        {
            if (wrong)
            {
                problems.Add(problem);
            }
        }
    }

    private static async Task<string?> ReadVersionAsync(NpgsqlConnection connection, List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.ScalarAsync<object>("select schema_version()", cancellationToken) as string ?? "none";
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            problems.Add("may not execute schema_version()");
            return null;
        }
    }

    private static IEnumerable<string> Compare(string role, IReadOnlyList<CatalogueLine> lines)
    {
        if (role == DatabaseRoles.Migrator)
        {
            return [];
        }

        var actual = lines.Where(l => IsAbout(l, role)).ToHashSet();
        var expected = Catalogue.Expected.Where(l => IsAbout(l, role)).ToHashSet();
        return actual.Except(expected).Select(l => $"has what it must not have: {l.Kind} {l.Name} {l.Detail}")
            .Concat(expected.Except(actual).Select(l => $"lacks {l.Kind} {l.Name} {l.Detail}"))
            .Order(StringComparer.Ordinal);
    }

    private static bool IsAbout(CatalogueLine line, string role) => line.Kind switch
    {
        "grant" or "execute" => line.Detail == role || line.Detail.StartsWith(role + " ", StringComparison.Ordinal)
            || line.Detail.StartsWith("PUBLIC", StringComparison.Ordinal),
        "policy" => line.Detail.Split(" to ")[1].Split(' ')[0].Split(',') is var roles && (roles.Contains(role) || roles.Contains("PUBLIC")),
        _ => false,
    };

    private static bool IsForbidden(CatalogueLine line, string role)
    {
        var table = line.Name.Split('.')[0];
        return line.Kind == "grant" && !line.Name.StartsWith("schema ", StringComparison.Ordinal) && line.Name != "database" && role switch
        {
            DatabaseRoles.Auth => true,
            DatabaseRoles.App => Credentials.Contains(table)
                || (table == "audit_events" && (line.Detail.EndsWith("UPDATE", StringComparison.Ordinal) || line.Detail.EndsWith("DELETE", StringComparison.Ordinal))),
            _ => false,
        };
    }
}
