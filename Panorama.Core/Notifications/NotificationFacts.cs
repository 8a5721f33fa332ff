using Npgsql;
using Panorama.Core.Sql;
using static Panorama.Core.Sql.Statement;

namespace Panorama.Core.Notifications;

/// <summary>The names behind the ids of messages, as they are when somebody reads them.</summary>
public sealed class NotificationFacts
{
    // Each arm names the organisations as well: the policies of the Worker do not, and without it their indexes are of no use.
    private const string Sql =
        """
        select 0, a.id, case when a.name = a.tag then a.tag else a.tag || ' — ' || a.name end from assets a where a.tenant_id = any($1) and a.id = any($2)
        union all
        select 1, u.id, u.display_name from users u join tenant_memberships m on m.user_id = u.id where m.tenant_id = any($1) and u.id = any($3)
        union all
        select 2, i.id, i.file_name from imports i where i.tenant_id = any($1) and i.id = any($4)
        union all
        select 3, l.id, l.name from locations l where l.tenant_id = any($1) and l.id = any($5)
        union all
        select 4, i.id, i.template_name || coalesce(': ' || i.summary_note, '.') from inspections i where i.tenant_id = any($1) and i.id = any($6)
        union all
        select 5, t.id, t.display_name from tenants t where t.id = any($1)
        """;

    private const int KindOfTenant = 5;

    private readonly Dictionary<(int Kind, Guid Id), string> _names = [];

    private NotificationFacts()
    {
    }

    /// <summary>Loads what the messages name, by one statement.</summary>
    public static async Task<NotificationFacts> LoadAsync(
        NpgsqlConnection connection, EventRegistry registry, IReadOnlyCollection<NoticeSource> sources, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var wanted = sources.SelectMany(s => NotificationTexts.Wanted(registry, s)).ToHashSet();
        IEnumerable<Guid> Of(Named named) => wanted.Where(w => w.Named == named).Select(w => w.Id).Distinct();
        var facts = new NotificationFacts();
        var rows = await connection.QueryAsync(
            Sql, r => (Key: (r.GetInt32(0), r.GetGuid(1)), Name: r.GetString(2)), cancellationToken,
            Uuids(sources.Select(s => s.TenantId).Distinct()), Uuids(Of(Named.Asset)), Uuids(Of(Named.User)), Uuids(Of(Named.Import)), Uuids(Of(Named.Location)),
            Uuids(Of(Named.Inspection)));
        foreach (var (key, name) in rows)
        {
            facts._names[key] = name;
        }

        return facts;
    }

    internal static string System(string language) => language switch { "pt-BR" => "O sistema", "es" => "El sistema", _ => "The system" };

    internal string NameOf(Named named, Guid id, string language) => _names.GetValueOrDefault(((int)named, id)) ?? (named, language) switch
    {
        (Named.User, "pt-BR") => "Alguém",
        (Named.User, "es") => "Alguien",
        (Named.User, _) => "Somebody",
        (_, "pt-BR") => "(removido)",
        (_, "es") => "(eliminado)",
        _ => "(removed)",
    };

    internal string TenantName(Guid id) => _names.GetValueOrDefault((KindOfTenant, id)) ?? "Panorama";
}
