using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Labels;

/// <summary>Reads what a label stands on: one round trip that ends the transaction.</summary>
internal sealed class LabelFinder(TenantSession session, Actor actor)
{
    private const string Row =
        """
        select l.code, a.id, a.tag, a.name, a.status, m.name, c.name, p.name, a.archived_at,
          h.id, h.target_type, h.target_user_id, coalesce(person.display_name, place.name, other.tag), h.checked_out_at, h.expected_checkin_at, h.accepted_at, h.declined_at
        from asset_labels l
        join assets a on a.tenant_id = l.tenant_id and a.id = l.asset_id
        join asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id
        join categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
        left join locations p on p.tenant_id = a.tenant_id and p.id = a.location_id
        left join asset_assignments h on h.tenant_id = a.tenant_id and h.asset_id = a.id and h.checked_in_at is null
        left join users person on person.id = h.target_user_id
        left join locations place on place.tenant_id = h.tenant_id and place.id = h.target_location_id
        left join assets other on other.tenant_id = h.tenant_id and other.id = h.target_asset_id
        where l.code = $1 and l.revoked_at is null
        """;

    private const string ByCode = "select a.id, a.tag, l.code from asset_labels l join assets a on a.tenant_id = l.tenant_id and a.id = l.asset_id where l.code = $1 and l.revoked_at is null";

    // A tag may have been used again after the first asset was archived.
    private const string ByTag =
        "select a.id, a.tag, null from assets a where a.tag_key = lower(normalize($1, NFC)) order by a.archived_at desc nulls first, a.id desc limit 1";

    private const string Elsewhere = "select label_elsewhere($1)";

    private static readonly Role[] Desk = [Role.Owner, Role.FleetAdmin, Role.FleetStaff];

    /// <summary>What the code stands on, or which other organisation of this person it belongs to, or neither.</summary>
    public async Task<(LabelledAsset? Asset, Guid? OtherTenant)> FindAsync(string code, CancellationToken cancellationToken)
    {
        await using var batch = Batch((Row, code), (Elsewhere, code));
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var asset = await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
        return (asset, await OtherAsync(reader, cancellationToken));
    }

    /// <summary>The same for a text that is a code, a tag, or might be either; a label goes before a tag.</summary>
    public async Task<(ScannedAsset? Asset, Guid? OtherTenant)> FindAsync(string? code, string? tag, CancellationToken cancellationToken)
    {
        await using var batch = Batch((ByCode, code), (ByTag, tag), (Elsewhere, code));
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var found = await ScannedAsync();
        await reader.NextResultAsync(cancellationToken);
        found = await ScannedAsync() is { } tagged ? found ?? tagged : found;
        return (found, await OtherAsync(reader, cancellationToken));

        async Task<ScannedAsset?> ScannedAsync() => await reader.ReadAsync(cancellationToken)
            ? new ScannedAsset(reader.GetGuid(0), reader.GetString(1), reader.TextOrNull(2)) : null;
    }

    private static NpgsqlBatch Batch(params (string Sql, string? Value)[] statements)
    {
        var batch = new NpgsqlBatch();
        foreach (var (sql, value) in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { Statement.Text(value) } });
        }

        return batch;
    }

    private static async Task<Guid?> OtherAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.ValueOrNull<Guid>(0);
    }

    private LabelledAsset Read(NpgsqlDataReader reader)
    {
        var status = WireNames.Parse<AssetStatus>(reader.GetString(4));
        var archivedAt = reader.ValueOrNull<DateTimeOffset>(8);
        var holder = reader.IsDBNull(9) ? null : new LabelHolder(
            reader.GetGuid(9), WireNames.Parse<AssignmentTarget>(reader.GetString(10)), reader.TextOrNull(12), reader.ValueOrNull<Guid>(11) == actor.UserId,
            reader.GetFieldValue<DateTimeOffset>(13), reader.ValueOrNull<DateTimeOffset>(14), reader.ValueOrNull<DateTimeOffset>(15));
        return new LabelledAsset(
            reader.GetString(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), status, reader.GetString(5), reader.GetString(6), reader.TextOrNull(7),
            archivedAt, holder, [.. Actions(status, archivedAt is not null, holder, mayAccept: reader.IsDBNull(15) && reader.IsDBNull(16))]);
    }

    private IEnumerable<LabelAction> Actions(AssetStatus status, bool isArchived, LabelHolder? holder, bool mayAccept)
    {
        if (isArchived)
        {
            yield break;
        }

        if (holder is { IsMe: true } && mayAccept)
        {
            yield return LabelAction.Accept;
        }

        if (actor.Role is { } role && Desk.Contains(role))
        {
            if (holder is not null)
            {
                yield return LabelAction.CheckIn;
            }
            else if (status == AssetStatus.Ready)
            {
                yield return LabelAction.CheckOut;
            }
        }
        else if (holder is { IsMe: true })
        {
            yield return LabelAction.RequestCheckin;
        }
    }
}

/// <summary>What can be done next with a labelled asset.</summary>
public enum LabelAction
{
    Accept,
    CheckOut,
    CheckIn,
    RequestCheckin,
}

/// <summary>What a sticker stands on.</summary>
/// <param name="Code">As it is stored, whatever was typed.</param>
/// <param name="Holder">Who or what has it now.</param>
/// <param name="Actions">What the caller may do next, the likeliest first: `ACCEPT`, `CHECK_OUT`, `CHECK_IN`, `REQUEST_CHECKIN`. None of an archived asset.</param>
public sealed record LabelledAsset(
    string Code, Guid AssetId, string Tag, string Name, AssetStatus Status, string ModelName, string CategoryName, string? LocationName, DateTimeOffset? ArchivedAt,
    LabelHolder? Holder, IReadOnlyList<LabelAction> Actions);

/// <summary>Custody that has not ended.</summary>
/// <param name="IsMe">Whether the caller has it.</param>
public sealed record LabelHolder(
    Guid AssignmentId, AssignmentTarget TargetType, string? Name, bool IsMe, DateTimeOffset CheckedOutAt, DateTimeOffset? ExpectedCheckinAt, DateTimeOffset? AcceptedAt);

/// <summary>What was scanned or typed.</summary>
/// <param name="Code">Null when it was found by its tag.</param>
public sealed record ScannedAsset(Guid AssetId, string Tag, string? Code);
