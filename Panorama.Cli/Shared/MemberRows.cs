using Npgsql;
using Panorama.Core.Audit;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Notifications;
using Panorama.Core.Notifications.Events;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Cli.Shared;

/// <summary>Someone's membership as it is stored.</summary>
internal sealed record MemberRow(Guid Id, string Role, string Status);

/// <summary>Rows of memberships, in the caller's transaction.</summary>
internal static class MemberRows
{
    /// <summary>What a person may be; <c>system</c> is nobody's.</summary>
    public static readonly string[] Roles = ["owner", "fleet_admin", "fleet_staff", "driver"];

    /// <summary>Locked, so that a change is made to what was read.</summary>
    public static async Task<MemberRow?> FindAsync(NpgsqlConnection connection, Guid tenantId, Guid userId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            "select id, role, status from tenant_memberships where tenant_id = $1 and user_id = $2 for no key update",
            r => new MemberRow(r.GetGuid(0), r.GetString(1), r.GetString(2)), cancellationToken, Uuid(tenantId), Uuid(userId))).FirstOrDefault();

    /// <summary>Makes an active membership of somebody who has none.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, CliContext context, Guid tenantId, Guid userId, string role, CancellationToken cancellationToken)
    {
        var id = await TenantRows.AddMemberAsync(connection, tenantId, userId, role, null, context.Now, cancellationToken);
        await connection.ExecuteAsync(
            """
            insert into audit_events (id, tenant_id, action, resource_type, resource_id, metadata)
            values ($1, $2, $6, 'tenant_membership', $3, jsonb_build_object('userId', $4, 'role', $5, 'status', 'active'))
            """,
            cancellationToken, Uuid(Guid.CreateVersion7(context.Now)), Uuid(tenantId), Text(id.ToString()), Uuid(userId), Text(role),
            Text(AuditActions.TenantMemberAdded));
        await Outbox.EnqueueAsync(
            connection, OutboxMessage.Of(new MembershipAdded(id, userId, WireNames.Parse<Role>(role)), tenantId, null, context.Now), null, cancellationToken);
    }

    /// <summary>Makes a membership active with a role; the tenant is open. The database keeps the last owner.</summary>
    /// <exception cref="CliException">They are the last owner.</exception>
    public static async Task ChangeAsync(
        NpgsqlConnection connection, CliContext context, Guid tenantId, Guid userId, MemberRow before, string role, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(
                """
                update tenant_memberships
                   set role = $3, status = 'active', accepted_at = coalesce(accepted_at, $4), version = version + 1, updated_at = $4
                 where tenant_id = $1 and id = $2
                """,
                cancellationToken, Uuid(tenantId), Uuid(before.Id), Text(role), Instant(context.Now));
        }
        catch (PostgresException exception) when (exception.SqlState == Membership.LastOwnerSqlState)
        {
            throw new CliException("They are the last owner, and an organisation keeps one; make somebody else an owner first.");
        }

        var wasOwner = before is { Role: "owner", Status: "active" };
        var action = role == "owner" && !wasOwner ? AuditActions.TenantOwnerPromoted
            : role != "owner" && wasOwner ? AuditActions.TenantOwnerDemoted
            : before.Status != "active" ? AuditActions.TenantMembershipActive
            : AuditActions.TenantMembershipUpdated;
        await TenantRows.AuditAsync(connection, context, action, "tenant_membership", before.Id.ToString(), new
        {
            userId,
            previousRole = before.Role,
            previousStatus = before.Status,
            role,
            status = "active",
        }, cancellationToken);
        if (before.Role != role)
        {
            await Outbox.EnqueueAsync(
                connection, OutboxMessage.Of(new MembershipRoleChanged(before.Id, userId, WireNames.Parse<Role>(role)), tenantId, null, context.Now), null, cancellationToken);
        }
    }
}
