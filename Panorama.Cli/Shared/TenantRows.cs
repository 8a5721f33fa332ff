using System.Text.Json;
using Npgsql;
using Panorama.Core.Assets;
using Panorama.Core.Audit;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Shared;

/// <summary>A tenant as the verbs need it.</summary>
internal sealed record TenantRow(Guid Id, string Slug, string Name, Guid SystemUserId);

/// <summary>Rows of tenants and their members, as <c>panorama_super_admin</c> or <c>panorama_migrator</c>, in the caller's transaction.</summary>
internal static class TenantRows
{
    /// <exception cref="CliException">There is none of that slug.</exception>
    public static async Task<TenantRow> FindAsync(NpgsqlConnection connection, string slug, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync(
            "select id, slug, display_name, system_actor_user_id from tenants where slug = $1 and deleted_at is null",
            r => new TenantRow(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetGuid(3)), cancellationToken, Text(slug));
        return found.FirstOrDefault() ?? throw new CliException($"There is no organisation with the slug '{slug}'; 'panorama tenant list' shows them.");
    }

    /// <summary>Signs the tenant into the transaction, so that defaults and policies take it.</summary>
    public static Task OpenAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken) =>
        connection.ScalarAsync<bool>("select tenant_open($1)", cancellationToken, Uuid(tenantId));

    /// <summary>
    /// System user, tenant, system membership, owner and the field VIN, in this order, with the tenant opened and its creation audited.
    /// </summary>
    /// <returns>The tenant, and whether the owner's user row was made.</returns>
    public static async Task<(TenantRow Tenant, Guid OwnerUserId, bool OwnerIsNew)> CreateAsync(
        NpgsqlConnection connection, NewTenant tenant, CliContext context, CancellationToken cancellationToken)
    {
        var now = context.Now;
        if (await connection.ScalarAsync<bool>("select exists (select 1 from tenants where slug = $1)", cancellationToken, Text(tenant.Slug)))
        {
            throw new CliException($"The slug '{tenant.Slug}' is taken.");
        }

        var system = Guid.CreateVersion7(now);
        var row = new TenantRow(Guid.CreateVersion7(now), tenant.Slug, tenant.Name, system);
        await connection.ExecuteAsync(
            "insert into users (id, email, display_name, created_at, updated_at) values ($1, $2, $3, $4, $4)", cancellationToken,
            Uuid(system), Text($"system+{tenant.Slug}-{now.ToUnixTimeMilliseconds()}@panorama.invalid"), Text($"{tenant.Slug} System"), Instant(now));
        await connection.ExecuteAsync(
            """
            insert into tenants (id, slug, name, display_name, locale, timezone, currency, system_actor_user_id, created_at, updated_at)
            values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $8)
            """,
            cancellationToken, Uuid(row.Id), Text(tenant.Slug), Text(tenant.Name), Text(tenant.Locale), Text(tenant.TimeZone), Text(tenant.Currency),
            Uuid(system), Instant(now));
        await AddMemberAsync(connection, row.Id, system, "system", null, now, cancellationToken);
        var (owner, isNew) = await EnsureUserAsync(connection, tenant.OwnerEmail, tenant.OwnerName ?? tenant.OwnerEmail, null, now, cancellationToken);
        var ownerMembership = await AddMemberAsync(connection, row.Id, owner, "owner", null, now, cancellationToken);
        await OpenAsync(connection, row.Id, cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into custom_fields (id, tenant_id, name, type, is_unique, searchable, created_at, updated_at)
            values ($1, $2, $3, 'text', true, true, $4, $4)
            """,
            cancellationToken, Uuid(Guid.CreateVersion7(now)), Uuid(row.Id), Text(CustomField.Vin), Instant(now));
        await AuditAsync(connection, context, AuditActions.TenantCreated, "tenant", row.Id.ToString(), new
        {
            slug = tenant.Slug,
            ownerUserId = owner,
            ownerMembershipId = ownerMembership,
        }, cancellationToken);
        return (row, owner, isNew);
    }

    /// <summary>The account with that address; where there is none, the person whom the organisation wrote down with it gets one, or a new one is made.</summary>
    public static async Task<(Guid UserId, bool IsNew)> EnsureUserAsync(
        NpgsqlConnection connection, string email, string displayName, Guid? tenantId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAccountAsync(connection, email, tenantId, now, cancellationToken) is { } found)
        {
            return (found, false);
        }

        var id = Guid.CreateVersion7(now);
        await connection.ExecuteAsync(
            "insert into users (id, email, display_name, created_at, updated_at) values ($1, $2, $3, $4, $4)",
            cancellationToken, Uuid(id), Text(email), Text(displayName), Instant(now));
        return (id, true);
    }

    /// <summary>The account with that address. Where there is none, the person whom the organisation wrote down with it has one from now on.</summary>
    public static async Task<Guid?> FindAccountAsync(
        NpgsqlConnection connection, string email, Guid? tenantId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await connection.ScalarAsync<Guid>(
            "select id from users where email = $1 and local_to_tenant_id is null and deleted_at is null", cancellationToken, Text(email));
        if (found == Guid.Empty && tenantId is { } tenant)
        {
            found = await connection.ScalarAsync<Guid>(
                "update users set local_to_tenant_id = null, updated_at = $3 where email = $1 and local_to_tenant_id = $2 and deleted_at is null returning id",
                cancellationToken, Text(email), Uuid(tenant), Instant(now));
        }

        return found == Guid.Empty ? null : found;
    }

    /// <returns>The membership's id.</returns>
    public static async Task<Guid> AddMemberAsync(
        NpgsqlConnection connection, Guid tenantId, Guid userId, string role, string? username, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(now);
        await connection.ExecuteAsync(
            """
            insert into tenant_memberships (id, tenant_id, user_id, role, status, username, accepted_at, created_at, updated_at)
            values ($1, $2, $3, $4, 'active', $5, $6, $6, $6)
            """,
            cancellationToken, Uuid(id), Uuid(tenantId), Uuid(userId), Text(role), Text(username), Instant(now));
        return id;
    }

    /// <returns>False when it stood so already.</returns>
    public static async Task<bool> SetFeatureAsync(
        NpgsqlConnection connection, CliContext context, Guid tenantId, string feature, bool enabled, CancellationToken cancellationToken)
    {
        var before = await connection.ScalarAsync<bool>(
            "select coalesce((select enabled from tenant_features where tenant_id = $1 and feature = $2), false)", cancellationToken, Uuid(tenantId), Text(feature));
        if (before == enabled)
        {
            return false;
        }

        await connection.ExecuteAsync(
            """
            insert into tenant_features (tenant_id, feature, enabled, changed_at) values ($1, $2, $3, $4)
            on conflict (tenant_id, feature) do update set enabled = excluded.enabled, changed_at = excluded.changed_at, changed_by_user_id = null
            """,
            cancellationToken, Uuid(tenantId), Text(feature), Flag(enabled), Instant(context.Now));
        await AuditAsync(connection, context, AuditActions.TenantFeatureChanged, "tenant", tenantId.ToString(), new { feature, before, after = enabled }, cancellationToken);
        return true;
    }

    /// <summary>An audit row of the tenant that is open, or of the cluster where none is.</summary>
    public static Task AuditAsync(
        NpgsqlConnection connection, CliContext context, string action, string resourceType, string? resourceId, object metadata,
        CancellationToken cancellationToken) => connection.ExecuteAsync(
            "insert into audit_events (id, action, resource_type, resource_id, metadata) values ($1, $2, $3, $4, $5)", cancellationToken,
            Uuid(Guid.CreateVersion7(context.Now)), Text(action), Text(resourceType), Text(resourceId), Json(JsonSerializer.Serialize(metadata, JsonSerializerOptions.Web)));

    /// <summary>That an operator ran a verb which changed something, and from where.</summary>
    public static Task AuditVerbAsync(NpgsqlConnection connection, CliContext context, string verb, CancellationToken cancellationToken) =>
        AuditAsync(connection, context, AuditActions.CliInvoked, "cli", null, new
        {
            verb,
            @operator = context.Operator.Name,
            host = context.Operator.Host,
        }, cancellationToken);
}

/// <summary>A tenant to make.</summary>
internal sealed record NewTenant(string Slug, string Name, string OwnerEmail, string? OwnerName, string Locale = "en", string TimeZone = "UTC", string? Currency = null);
