using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Panorama.Core.Data;

/// <summary>The roles and the database cannot be made; the message is one sentence for the operator.</summary>
public sealed class BootstrapException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What <see cref="DatabaseBootstrap"/> shall make.</summary>
public sealed record BootstrapOptions
{
    /// <summary>Name of the database; made where it does not exist.</summary>
    public string Database { get; init; } = "panorama";

    /// <summary>Secrets by role. A login without one gets a generated secret when it is made, and keeps what it has when it exists.</summary>
    public IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Logins that get a new generated secret although they exist.</summary>
    public IReadOnlyCollection<string> Rotate { get; init; } = [];
}

/// <summary>What a run did.</summary>
/// <param name="Done">A line for each thing it made or changed.</param>
/// <param name="Generated">Secrets that it invented, by role: the only place where they are ever shown.</param>
public sealed record BootstrapResult(IReadOnlyList<string> Done, IReadOnlyDictionary<string, string> Generated);

/// <summary>Makes roles and database over the installer's connection, who needs CREATEROLE and CREATEDB, or a database that is given.</summary>
public sealed class DatabaseBootstrap
{
    private const int Iterations = 4096;

    private readonly string _installer;
    private readonly BootstrapOptions _options;
    private readonly List<string> _done = [];
    private readonly Dictionary<string, string> _generated = new(StringComparer.Ordinal);

    private DatabaseBootstrap(string installer, BootstrapOptions options)
    {
        _installer = installer;
        _options = options;
    }

    /// <summary>Repeatable: a second run changes nothing but the secrets it is given.</summary>
    /// <param name="installer">Connection string of the installer; where its database is not the target, it must exist (as <c>postgres</c> does).</param>
    /// <exception cref="BootstrapException">The server is too old or too new, the installer may not, or another database uses the roles.</exception>
    public static async Task<BootstrapResult> RunAsync(string installer, BootstrapOptions options, CancellationToken cancellationToken)
    {
        var run = new DatabaseBootstrap(installer, options);
        try
        {
            await run.RunAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new BootstrapException($"The installer's login may not do that: {exception.MessageText}. It needs CREATEROLE, and CREATEDB or a database of its own; "
                + "roles that somebody else made must be dropped or granted to it with ADMIN option.", exception);
        }

        return new BootstrapResult(run._done, run._generated);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await OpenAsync(null, cancellationToken);
        await server.ExecuteAsync("select pg_advisory_lock(hashtextextended('panorama:bootstrap', 0))", cancellationToken);
        if (server.PostgreSqlVersion.Major is < 15 or > 18)
        {
            throw new BootstrapException($"PostgreSQL {server.PostgreSqlVersion} is not supported; 15 to 18 are.");
        }

        await RefuseSharedRolesAsync(server, cancellationToken);
        foreach (var role in DatabaseRoles.All)
        {
            await MakeRoleAsync(server, role, cancellationToken);
        }

        if (!await server.ScalarAsync<bool>("select pg_has_role('panorama_migrator', 'panorama_definer', 'member')", cancellationToken))
        {
            await server.ExecuteAsync("grant panorama_definer to panorama_migrator", cancellationToken);
        }

        // Needed to make a database and grants of the migrator's; given back at the end, also when something fails.
        var borrowed = !await server.ScalarAsync<bool>("select pg_has_role(current_user, 'panorama_migrator', 'usage')", cancellationToken);
        if (borrowed)
        {
            await server.ExecuteAsync("grant panorama_migrator to current_user", cancellationToken);
        }

        try
        {
            await MakeDatabaseAsync(server, cancellationToken);
        }
        finally
        {
            if (borrowed)
            {
                await server.ExecuteAsync("revoke panorama_migrator from current_user", CancellationToken.None);
            }
        }

        await SetTimeoutsAsync(server, cancellationToken);
    }

    /// <summary>Roles are of the cluster: passwords and rights of one installation would be the other's.</summary>
    private async Task RefuseSharedRolesAsync(NpgsqlConnection server, CancellationToken cancellationToken)
    {
        var other = await server.ScalarAsync<object>("""
            select coalesce(min(coalesce(d.datname, o.datname)::text), '')
              from pg_shdepend s
              left join pg_database d on d.oid = s.dbid
              left join pg_database o on s.dbid = 0 and s.classid = 'pg_database'::regclass and o.oid = s.objid
             where s.refclassid = 'pg_authid'::regclass
               and s.refobjid in (select oid from pg_roles where rolname = any ($1))
               and coalesce(d.datname, o.datname) <> $2
            """, cancellationToken, DatabaseRoles.All.ToArray(), _options.Database);
        if (other is string { Length: > 0 } name)
        {
            throw new BootstrapException($"Database '{name}' on this server uses the roles of Panorama already; two installations need two servers.");
        }
    }

    private async Task MakeRoleAsync(NpgsqlConnection server, string role, CancellationToken cancellationToken)
    {
        var login = role != DatabaseRoles.Definer;
        var state = (await server.ScalarAsync<object>("""
            select coalesce((select case when rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication then 'more' else 'there' end
                               from pg_roles where rolname = $1), 'missing')
            """, cancellationToken, role)).ToString();
        if (state == "more")
        {
            throw new BootstrapException($"Role {role} exists with more rights than it may have (SUPERUSER, BYPASSRLS, CREATEROLE, CREATEDB or REPLICATION); alter or drop it first.");
        }

        var secret = _options.Passwords.GetValueOrDefault(role);
        if (login && secret is null && (state == "missing" || _options.Rotate.Contains(role)))
        {
            secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)).Replace('+', '-').Replace('/', '_');
            _generated[role] = secret;
        }

        if (state == "missing")
        {
            await server.ExecuteAsync(login ? $"create role {role} login password '{Verifier(secret!)}'" : $"create role {role} nologin", cancellationToken);
            _done.Add($"role {role} made");
        }
        else if (login && secret is not null)
        {
            await server.ExecuteAsync($"alter role {role} login password '{Verifier(secret)}'", cancellationToken);
            _done.Add($"secret of {role} set");
        }
    }

    private async Task MakeDatabaseAsync(NpgsqlConnection server, CancellationToken cancellationToken)
    {
        var name = Quote(_options.Database);
        if (!await server.ScalarAsync<bool>("select exists (select 1 from pg_database where datname = $1)", cancellationToken, _options.Database))
        {
            await server.ExecuteAsync($"create database {name} owner panorama_migrator encoding 'UTF8' template template0", cancellationToken);
            _done.Add($"database {_options.Database} made");
        }

        await using var database = await OpenAsync(_options.Database, cancellationToken);
        var ours = await database.ScalarAsync<bool>(
            "select datdba = 'panorama_migrator'::regrole from pg_database where datname = current_database()", cancellationToken);
        await database.ExecuteAsync(ours ? "set role panorama_migrator" : $"""
            grant create, connect on database {name} to panorama_migrator;
            grant usage, create on schema public to panorama_migrator;
            """, cancellationToken);
        await database.ExecuteAsync($"""
            revoke all on database {name} from public;
            grant connect on database {name} to panorama_app, panorama_auth, panorama_super_admin, panorama_backup;
            revoke all on schema public from public;
            grant usage on schema public to panorama_app, panorama_auth, panorama_super_admin, panorama_backup;
            grant usage, create on schema public to panorama_definer;
            """, cancellationToken);
        await database.ExecuteAsync("""
            reset role;
            alter default privileges for role panorama_migrator revoke execute on functions from public;
            """, cancellationToken);
        if (!ours && await database.ScalarAsync<bool>("select exists (select 1 from pg_namespace where nspname = 'extensions')", cancellationToken))
        {
            // The service's own schema: only its owner may add to it.
            await database.ExecuteAsync("""
                grant usage on schema extensions to panorama_migrator, panorama_definer;
                create extension if not exists pgcrypto with schema extensions;
                create extension if not exists btree_gist with schema extensions;
                create extension if not exists pg_trgm with schema extensions;
                """, cancellationToken);
        }
    }

    private static Task SetTimeoutsAsync(NpgsqlConnection server, CancellationToken cancellationToken) => server.ExecuteAsync("""
        alter role panorama_app set statement_timeout = '30s';
        alter role panorama_app set lock_timeout = '5s';
        alter role panorama_app set idle_in_transaction_session_timeout = '60s';
        alter role panorama_auth set statement_timeout = '10s';
        alter role panorama_auth set lock_timeout = '5s';
        alter role panorama_auth set idle_in_transaction_session_timeout = '60s';
        alter role panorama_migrator set timezone = 'UTC';
        alter role panorama_app set timezone = 'UTC';
        alter role panorama_auth set timezone = 'UTC';
        alter role panorama_super_admin set timezone = 'UTC';
        alter role panorama_backup set timezone = 'UTC';
        """, cancellationToken);

    private async Task<NpgsqlConnection> OpenAsync(string? database, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(_installer) { Pooling = false };
        builder.Database = database ?? builder.Database ?? "postgres";
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException exception) when (database is null && exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // The installer's string names the database that is to be made.
            await connection.DisposeAsync();
            builder.Database = "postgres";
            connection = new NpgsqlConnection(builder.ConnectionString);
            await connection.OpenAsync(cancellationToken);
        }

        return connection;
    }

    private static string Quote(string identifier) => '"' + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    /// <summary>What PostgreSQL stores for a secret (RFC 5803), so that the secret itself never stands in a statement or a server log.</summary>
    private static string Verifier(string secret)
    {
        if (secret.Any(c => c is < '!' or > '~'))
        {
            throw new BootstrapException("A database secret may hold printable ASCII without spaces only.");
        }

        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
