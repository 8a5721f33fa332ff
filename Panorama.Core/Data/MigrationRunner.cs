using System.Reflection;
using Npgsql;
using Panorama.Core.Data.Migrations;

namespace Panorama.Core.Data;

/// <summary>A migration cannot go on; the message is one sentence for the operator.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a run changed.</summary>
/// <param name="Applied">Ids of the steps it applied; empty when there was nothing to do.</param>
/// <param name="PartitionsMade">Monthly partitions that were missing.</param>
/// <param name="HasTenants">False on a database that nobody has set up yet.</param>
public sealed record MigrationResult(IReadOnlyList<string> Applied, int PartitionsMade, bool HasTenants);

/// <summary>Brings the database to the version of this program. The only code that runs DDL, under one lock for the whole database.</summary>
public sealed class MigrationRunner
{
    /// <summary>Months of partitions that a run makes ahead; the Worker keeps three.</summary>
    public const int MonthsAhead = 14;

    internal const string ContextKeySql = """
        insert into public.context_keys (id, secret, created_at)
        select 1, extensions.gen_random_bytes(32), date_trunc('milliseconds', clock_timestamp())
         where not exists (select 1 from public.context_keys)
        """;

    private readonly string _connectionString;
    private readonly IReadOnlyList<MigrationStep> _steps;

    /// <param name="connectionString">Of <c>panorama_migrator</c>, to the server itself or a session pooler.</param>
    public MigrationRunner(string connectionString)
        : this(connectionString, MigrationStep.All)
    {
    }

    internal MigrationRunner(string connectionString, IReadOnlyList<MigrationStep> steps)
    {
        _connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString;
        _steps = steps;
    }

    internal static string AppVersion { get; } =
        typeof(MigrationRunner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Applies what is missing; a second run changes nothing.</summary>
    /// <param name="progress">Told each step before it runs.</param>
    /// <exception cref="MigrationException">The connection cannot migrate, an applied step has changed, or the database is newer than this program.</exception>
    /// <exception cref="PostgresException">A step failed; it was rolled back.</exception>
    public async Task<MigrationResult> RunAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        await BecomeMigratorAsync(connection, cancellationToken);
        if (await IsTransactionPoolerAsync(connection, cancellationToken))
        {
            throw new MigrationException($"{connection.Host}:{connection.Port} is a pooler in transaction mode, which loses the migration lock between statements; "
                + "give panorama_migrator the direct or the session address of the database.");
        }

        await connection.ExecuteAsync("select pg_advisory_lock(hashtextextended('panorama:migrate', 0))", cancellationToken);
        await connection.ExecuteAsync("set lock_timeout = '5s'; set statement_timeout = '15min'; set search_path = public; set timezone = 'UTC'", cancellationToken);
        await connection.ExecuteAsync(MigrationSql.Read("schema_history.sql"), cancellationToken);

        var applied = new List<string>();
        foreach (var step in await FindPendingAsync(connection, cancellationToken))
        {
            progress?.Invoke(step.Id);
            await ApplyAsync(connection, step, cancellationToken);
            applied.Add(step.Id);
        }

        var made = await FinishAsync(connection, cancellationToken);
        var hasTenants = await connection.ScalarAsync<bool>("select exists (select 1 from tenants)", cancellationToken);
        return new MigrationResult(applied, made, hasTenants);
    }

    /// <summary>Steps of this program that the database lacks, without changing anything.</summary>
    /// <exception cref="MigrationException">An applied step has changed, or the database is newer than this program.</exception>
    internal async Task<IReadOnlyList<MigrationStep>> FindPendingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var history = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand("select id, checksum from schema_history", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                history.Add(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
            }
        }

        if (history.Keys.Except(_steps.Select(s => s.Id)).Order(StringComparer.Ordinal).ToList() is [_, ..] unknown)
        {
            throw new MigrationException($"The database has steps that this program does not know ({string.Join(", ", unknown)}): it was migrated by a newer one.");
        }

        if (_steps.FirstOrDefault(s => history.TryGetValue(s.Id, out var sum) && !sum.AsSpan().SequenceEqual(s.Checksum)) is { } changed)
        {
            throw new MigrationException($"Step {changed.Id} was applied with another content than this program has; a released step is never edited.");
        }

        return [.. _steps.Where(s => !history.ContainsKey(s.Id))];
    }

    private static async Task BecomeMigratorAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var user = await connection.ScalarAsync<string>("select current_user::text", cancellationToken);
        if (user == DatabaseRoles.Migrator)
        {
            return;
        }

        try
        {
            await connection.ExecuteAsync($"set role {DatabaseRoles.Migrator}", cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidParameterValue)
        {
            throw new MigrationException($"'{user}' may not become {DatabaseRoles.Migrator}; run bootstrap-db and connect as {DatabaseRoles.Migrator}.", exception);
        }
    }

    /// <summary>
    /// A pooler in transaction mode lends a server to another client as soon as ours is idle: a second connection that opens a transaction
    /// takes the server that we just used.
    /// </summary>
    private async Task<bool> IsTransactionPoolerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Pid = "select pg_backend_pid()";
        var before = await connection.ScalarAsync<int>(Pid, cancellationToken);
        await using var rival = new NpgsqlConnection(_connectionString);
        await rival.OpenAsync(cancellationToken);
        await using var transaction = await rival.BeginTransactionAsync(cancellationToken);
        var other = await rival.ScalarAsync<int>(Pid, cancellationToken);
        return other == before || await connection.ScalarAsync<int>(Pid, cancellationToken) != before;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, MigrationStep step, CancellationToken cancellationToken)
    {
        await using var transaction = step.IsResumable ? null : await connection.BeginTransactionAsync(cancellationToken);
        foreach (var statement in step.Statements)
        {
            await connection.ExecuteAsync(statement, cancellationToken);
        }

        await using var history = new NpgsqlCommand("insert into schema_history (id, checksum, app_version) values ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = step.Id }, new() { Value = step.Checksum }, new() { Value = AppVersion } },
        };
        await history.ExecuteNonQueryAsync(cancellationToken);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }
    }

    /// <summary>What every run makes sure of, also the one after a restore, whose dump holds no key.</summary>
    private static async Task<int> FinishAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"set local role {DatabaseRoles.Definer}", cancellationToken);
        await connection.ExecuteAsync(ContextKeySql, cancellationToken);
        await connection.ExecuteAsync($"set local role {DatabaseRoles.Migrator}", cancellationToken);
        var made = await connection.ScalarAsync<int>($"select partitions_maintain({MonthsAhead})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return made;
    }
}
