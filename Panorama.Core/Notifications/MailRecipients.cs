using System.Text.RegularExpressions;
using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>A person as mail needs them.</summary>
/// <param name="Email">Null for who has none, or is no active member any more.</param>
/// <param name="Suppression">Why mail to the address is held: <c>hard_bounce</c>, <c>complaint</c>, <c>unsubscribed</c>, <c>manual</c>; null while it is not.</param>
/// <param name="UnsubscribeToken">Ends mail of this organisation to this person by one click.</param>
public sealed record MailRecipient(
    Guid TenantId, Guid UserId, string? Email, string DisplayName, string Language, LocalClock Clock, string TenantName, string? Suppression, string UnsubscribeToken);

/// <summary>Reads whom mail goes to.</summary>
public static partial class MailRecipients
{
    private const string Sql =
        """
        select m.tenant_id, m.user_id, case when m.status = 'active' and u.status = 'ACTIVE' and u.deleted_at is null then u.email end, u.display_name, u.locale, t.locale,
               u.time_zone, t.timezone, s.quiet_from, s.quiet_until, s.digest_at, t.display_name,
               (select x.reason from mail_suppressions x where x.tenant_id = m.tenant_id and x.email = u.email and x.released_at is null),
               notification_unsubscribe_token(m.tenant_id, m.user_id)
          from unnest($1, $2) k(tenant_id, user_id)
          join tenant_memberships m on m.tenant_id = k.tenant_id and m.user_id = k.user_id
          join users u on u.id = m.user_id join tenants t on t.id = m.tenant_id
          left join notification_settings s on s.tenant_id = m.tenant_id and s.user_id = m.user_id
        """;

    /// <summary>By organisation and person; who is not a member is not in it.</summary>
    public static async Task<IReadOnlyDictionary<(Guid Tenant, Guid User), MailRecipient>> LoadAsync(
        NpgsqlConnection connection, IEnumerable<(Guid Tenant, Guid User)> people, CancellationToken cancellationToken)
    {
        var wanted = people.Distinct().ToList();
        var rows = await connection.QueryAsync(
            Sql,
            r => new MailRecipient(
                r.GetGuid(0), r.GetGuid(1), r.TextOrNull(2), r.GetString(3), NotificationTexts.Language(r.TextOrNull(4), r.TextOrNull(5)),
                new LocalClock(
                    LocalClock.ZoneOf(r.TextOrNull(6), r.TextOrNull(7)), r.ValueOrNull<TimeOnly>(8), r.ValueOrNull<TimeOnly>(9), r.ValueOrNull<TimeOnly>(10) ?? LocalClock.UsualDigest),
                r.GetString(11), r.TextOrNull(12), r.GetString(13)),
            cancellationToken, Uuids(wanted.Select(w => w.Tenant)), Uuids(wanted.Select(w => w.User)));
        return rows.ToDictionary(r => (r.TenantId, r.UserId));
    }

    /// <summary>An address that names a mailbox and nothing else: no scheme, no list, and nothing that a server without SMTPUTF8 refuses.</summary>
    public static bool IsAddress(string address) => Address().IsMatch(address);

    [GeneratedRegex("^[!-+./0-9=?A-~-]+@[!-+./0-9=?A-~-]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}
