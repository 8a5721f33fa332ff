using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Core.Inspections;

/// <summary>An item that was answered with no, and matters.</summary>
public sealed record FoundDefect(SnapshotItem Item, DefectSeverity Severity, string? Note)
{
    public string LabelKey => KeyOf(Item.Label);

    /// <summary>What makes two labels one defect of an asset.</summary>
    public static string KeyOf(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return label.Trim().ToLowerInvariant();
    }
}

/// <summary>Which inspection found them.</summary>
public sealed record InspectionRef(Guid Id, Guid TenantId, Guid AssetId);

/// <param name="IsNew">False for one that was open already.</param>
public sealed record KeptDefect(Guid Id, DefectSeverity Severity, bool IsNew);

/// <summary>What an inspection comes to by what was found in it.</summary>
public static class FoundDefects
{
    // In the order of their labels, or two runs that find the same at once wait for each other.
    private const string Keep =
        """
        insert into defects as d (id, tenant_id, asset_id, inspection_id, snapshot_item_id, label, label_key, severity, note, opened_at, opened_by_user_id, last_seen_inspection_id, last_seen_at)
        select f.id, $1, $2, $3, f.item, f.label, f.label_key, f.severity, f.note, $4, $5, $3, $4
          from unnest($6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[]) as f(id, item, label, label_key, severity, note)
         order by f.label_key
        on conflict (tenant_id, asset_id, label_key) where status = 'OPEN' do update
           set last_seen_inspection_id = excluded.last_seen_inspection_id, last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at),
               severity = case when array_position($12::text[], excluded.severity) > array_position($12::text[], d.severity) then excluded.severity else d.severity end
        returning d.id, d.severity, d.id = any($6::uuid[])
        """;

    private static readonly string[] Severities = [.. Enum.GetValues<DefectSeverity>().Order().Select(s => WireNames.Of(s))];

    /// <param name="answers">Yes or no by item; others have no place here.</param>
    public static IReadOnlyList<FoundDefect> Of(InspectionSnapshot snapshot, IReadOnlyDictionary<Guid, (bool? Value, string? Note)> answers)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return
        [
            .. from item in snapshot.Items
               where item.Severity is not null && answers.TryGetValue(item.Id, out var answer) && answer.Value is false
               select new FoundDefect(item, item.Severity!.Value, answers[item.Id].Note),
        ];
    }

    /// <summary>The best that a run may end with. What is out of service may not be used; a major defect needs a repair first; a minor one lets it pass.</summary>
    public static InspectionOutcome OutcomeOf(IReadOnlyList<FoundDefect> found) => found.Select(f => f.Severity).DefaultIfEmpty(DefectSeverity.Minor).Max() switch
    {
        DefectSeverity.OutOfService => InspectionOutcome.Fail,
        DefectSeverity.Major => InspectionOutcome.NeedsMaintenance,
        _ => InspectionOutcome.Pass,
    };

    public static bool IsBetter(InspectionOutcome one, InspectionOutcome other) => Badness(one) < Badness(other);

    /// <summary>Opens what is new at the asset, and notes of the rest that it was seen again: in the caller's transaction.</summary>
    public static async Task<IReadOnlyList<KeptDefect>> KeepAsync(
        NpgsqlConnection connection, InspectionRef run, IReadOnlyList<FoundDefect> found, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        // Two items of one label are one defect, as bad as the worse.
        var each = found.GroupBy(f => f.LabelKey, StringComparer.Ordinal).Select(g => g.MaxBy(f => f.Severity)!).ToList();
        return each.Count == 0 ? [] : await connection.QueryAsync(
            Keep, r => new KeptDefect(r.GetGuid(0), WireNames.Parse<DefectSeverity>(r.GetString(1)), r.GetBoolean(2)), cancellationToken,
            Statement.Uuid(run.TenantId), Statement.Uuid(run.AssetId), Statement.Uuid(run.Id), Statement.Instant(now), Statement.Uuid(userId),
            Statement.Uuids(each.Select(_ => Guid.CreateVersion7(now))), Statement.Uuids(each.Select(f => f.Item.Id)), Statement.Texts(each.Select(f => f.Item.Label)),
            Statement.Texts(each.Select(f => f.LabelKey)), Statement.Texts(each.Select(f => WireNames.Of(f.Severity))), Statement.Texts(each.Select(f => f.Note)), Statement.Texts(Severities));
    }

    private static int Badness(InspectionOutcome outcome) => outcome switch { InspectionOutcome.Pass => 0, InspectionOutcome.NeedsMaintenance => 1, _ => 2 };
}
