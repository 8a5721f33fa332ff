using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Identity;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using Panorama.Core.Tenancy;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Shared;

/// <summary>Passwords and set-up links, as <c>panorama_migrator</c>, in the caller's transaction.</summary>
internal static class Credentials
{
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(24);

    /// <exception cref="CliException">Nobody has an account with that address.</exception>
    public static async Task<Guid> FindUserAsync(
        NpgsqlConnection connection, CliContext context, string email, Guid? tenantId, CancellationToken cancellationToken) =>
        await TenantRows.FindAccountAsync(connection, email, tenantId, context.Now, cancellationToken)
        ?? throw new CliException($"Nobody has an account with the address '{email}'; 'panorama user create' makes one, with --tenant also for a person of that organisation.");

    public static Task<bool> HasPasswordAsync(NpgsqlConnection connection, Guid userId, CancellationToken cancellationToken) =>
        connection.ScalarAsync<bool>("select exists (select 1 from auth_identities where user_id = $1 and provider = 'password')", cancellationToken, Uuid(userId))!;

    public static Task SetPasswordAsync(
        NpgsqlConnection connection, CliContext context, Guid userId, string email, string password, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            insert into auth_identities (id, user_id, provider, subject, email_at_link, secret_hash, created_at) values ($1, $2, 'password', $3, $3, $4, $5)
            on conflict (provider, subject) do update set secret_hash = excluded.secret_hash
            """,
            cancellationToken, Uuid(Guid.CreateVersion7(context.Now)), Uuid(userId), Text(email), Text(PasswordHasher.Hash(password)), Instant(context.Now));

    /// <summary>A link for the first password; earlier unused ones stop working.</summary>
    public static async Task<string> MakeLinkAsync(NpgsqlConnection connection, CliContext context, Guid userId, CancellationToken cancellationToken)
    {
        var token = SecretToken.Create();
        await connection.ExecuteAsync("delete from setup_links where user_id = $1 and used_at is null", cancellationToken, Uuid(userId));
        await connection.ExecuteAsync(
            "insert into setup_links (token_hash, user_id, expires_at) values ($1, $2, $3)", cancellationToken,
            Bytes(SecretToken.HashOfLink(token)), Uuid(userId), Instant(context.Now + LinkLifetime));
        return $"{context.Settings.WebBaseUrl}/setup?u={SecretToken.Format(token)}";
    }

    /// <summary>The link that makes the first organisation; the one before stops working.</summary>
    public static async Task<string> MakeFirstLinkAsync(NpgsqlConnection connection, CliContext context, CancellationToken cancellationToken)
    {
        var token = SecretToken.Create();
        await connection.ExecuteAsync(
            """
            insert into system_settings (key, value, updated_at) values ($1, jsonb_build_object('hash', $2, 'expiresAt', $3), $4)
            on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at
            """,
            cancellationToken, Text(SystemSetting.SetupLink), Text(Convert.ToHexStringLower(SecretToken.HashOfLink(token))), Instant(context.Now + LinkLifetime),
            Instant(context.Now));
        return $"{context.Settings.WebBaseUrl}/setup?s={SecretToken.Format(token)}";
    }

    /// <exception cref="CliException">An organisation exists: the first link is dead for good.</exception>
    public static async Task PrintFirstLinkAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var source = await CliDatabase.ConnectAsync(context, "panorama_migrator", cancellationToken);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ScalarAsync<bool>("select exists (select 1 from tenants)", cancellationToken))
        {
            throw new CliException("There is an organisation already. For someone's first password: panorama setup-link --user=ADDRESS");
        }

        var link = await MakeFirstLinkAsync(connection, context, cancellationToken);
        await TenantRows.AuditVerbAsync(connection, context, "setup-link", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await context.Output.WriteLineAsync($"Set up the first organisation here within 24 hours (one use): {link}");
    }

    /// <summary>
    /// Rows of the cluster's chain and of the chain of each tenant of the person: that an operator ran the verb, and what it did to the credential.
    /// </summary>
    public static async Task AuditAsync(
        NpgsqlConnection connection, CliContext context, string verb, Guid userId, string? action, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, tenant_id, actor_user_id, action, resource_type, resource_id, metadata)
            select panorama_uuid7(), c.tenant_id, null, e.action, e.type, $1::text, e.metadata
              from (select null::uuid as tenant_id
                    union all
                    select m.tenant_id from tenant_memberships m where m.user_id = $1 and m.status = 'active' and m.role <> 'system') c,
                   (values ($6, 'cli', jsonb_build_object('verb', $2, 'operator', $3, 'host', $4)),
                           ($5, 'auth_identity', jsonb_build_object('provider', 'password', 'pathTaken', 'operator'))) e(action, type, metadata)
             where e.action is not null
            """,
            cancellationToken, Uuid(userId), Text(verb), Text(context.Operator.Name), Text(context.Operator.Host), Text(action), Text(AuditActions.CliInvoked));
    }

    /// <summary>Tells a person that the password is another one, through the organisation they have been in for longest.</summary>
    public static async Task AnnounceAsync(NpgsqlConnection connection, CliContext context, Guid userId, CancellationToken cancellationToken)
    {
        var tenants = await connection.QueryAsync(
            """
            select m.tenant_id from tenant_memberships m join tenants t on t.id = m.tenant_id
             where m.user_id = $1 and m.status = 'active' and m.role <> 'system' and t.deleted_at is null order by m.created_at, m.id limit 1
            """,
            r => r.GetGuid(0), cancellationToken, Uuid(userId));
        foreach (var tenant in tenants)
        {
            await Outbox.EnqueueAsync(connection, OutboxMessage.Of(new PasswordChanged(userId), tenant, null, context.Now), null, cancellationToken);
        }
    }
}
