using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Assets.Custody;

/// <summary>Which custody a list asks for; what is null is not asked.</summary>
/// <param name="PersonId">Held by this person.</param>
/// <param name="HolderId">Held by this person, place or asset.</param>
internal sealed record AssignmentFilter(Guid? PersonId, Guid? HolderId, Guid? AssetId, bool? IsOpen, bool? IsOverdue);

/// <summary>Reads custody with the names that its pages show. The lists load no entity model: everybody's start page asks for one.</summary>
internal static class AssignmentReader
{
    // $1 is who reads it, $2 whether they serve the desk, $3 the moment.
    private const string Columns =
        """
        select h.id, h.asset_id, a.tag, a.name, m.name, c.kind, h.target_type, coalesce(h.target_user_id, h.target_location_id, h.target_asset_id),
          coalesce(person.display_name, place.name, other.tag), h.checked_out_at, giver.display_name, h.expected_checkin_at,
          coalesce(h.checked_in_at is null and h.expected_checkin_at < $3, false), h.requires_acceptance, h.acceptance_text, h.accepted_at, h.accepted_name,
          h.declined_at, h.decline_reason, h.checkin_requested_at, h.checkin_request_note, h.checked_in_at, taker.display_name, h.note, h.checkin_note,
          h.condition, h.is_damaged, h.damage_note,
          h.checked_in_at is null and h.requires_acceptance and h.accepted_at is null and h.declined_at is null
            and coalesce(h.target_user_id = $1 or ($2 and person.id is not null and person.email is null), false)
        """;

    private const string Joins =
        """
        join assets a on a.tenant_id = h.tenant_id and a.id = h.asset_id
        join asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id
        join categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
        left join users person on person.id = h.target_user_id
        left join users giver on giver.id = h.checked_out_by_user_id
        left join users taker on taker.id = h.checked_in_by_user_id
        left join locations place on place.tenant_id = h.tenant_id and place.id = h.target_location_id
        left join assets other on other.tenant_id = h.tenant_id and other.id = h.target_asset_id
        """;

    /// <summary>In the transaction of a request that changed it.</summary>
    public static async Task<AssignmentResponse> ReadAsync(PanoramaDbContext db, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection()) { BatchCommands = { One(actor, id, now) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return Response(reader);
    }

    /// <summary>As the last a request asks for: ends its transaction. Null when this tenant has no such custody.</summary>
    public static async Task<AssignmentResponse?> ReadLastAsync(TenantSession session, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await ReadLastAsync(session, One(actor, id, now), cancellationToken)).FirstOrDefault();

    /// <summary>Newest first, after the given one. One round trip, which ends the transaction.</summary>
    public static Task<List<AssignmentResponse>> ListAsync(
        TenantSession session, Actor actor, AssignmentFilter filter, Guid? afterId, DateTimeOffset? afterAt, int take, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var command = new NpgsqlBatchCommand { Parameters = { Statement.Uuid(actor.UserId), Statement.Flag(actor.IsDesk()), Statement.Instant(now) } };
        var conditions = new List<string>();
        Add(filter.PersonId is { } person ? Statement.Uuid(person) : null, "target_user_id = {0}");
        Add(filter.HolderId is { } holder ? Statement.Uuid(holder) : null, "(target_user_id = {0} or target_location_id = {0} or target_asset_id = {0})");
        Add(filter.AssetId is { } asset ? Statement.Uuid(asset) : null, "asset_id = {0}");
        conditions.AddRange(filter.IsOpen switch { true => ["checked_in_at is null"], false => ["checked_in_at is not null"], null => Array.Empty<string>() });
        conditions.AddRange(filter.IsOverdue switch
        {
            true => ["checked_in_at is null", "expected_checkin_at < $3"],
            false => ["(checked_in_at is not null or expected_checkin_at is null or expected_checkin_at >= $3)"],
            null => Array.Empty<string>(),
        });
        if (afterId is { } lastId && afterAt is { } lastAt)
        {
            command.Parameters.Add(Statement.Instant(lastAt));
            Add(Statement.Uuid(lastId), $"(checked_out_at, id) < (${command.Parameters.Count}, {{0}})");
        }

        var where = conditions.Count == 0 ? "" : $" where {string.Join(" and ", conditions)}";
        command.Parameters.Add(Statement.Int(take));
        command.CommandText =
            $"""
            {Columns}
            from (select * from asset_assignments{where} order by checked_out_at desc, id desc limit ${command.Parameters.Count}) h
            {Joins}
            order by h.checked_out_at desc, h.id desc
            """;
        return ReadLastAsync(session, command, cancellationToken);

        void Add(NpgsqlParameter? parameter, string condition)
        {
            if (parameter is not null)
            {
                command.Parameters.Add(parameter);
                conditions.Add(condition.Replace("{0}", $"${command.Parameters.Count}", StringComparison.Ordinal));
            }
        }
    }

    private static NpgsqlBatchCommand One(Actor actor, Guid id, DateTimeOffset now) =>
        new($"{Columns}\nfrom asset_assignments h\n{Joins}\nwhere h.id = $4")
        {
            Parameters = { Statement.Uuid(actor.UserId), Statement.Flag(actor.IsDesk()), Statement.Instant(now), Statement.Uuid(id) },
        };

    private static async Task<List<AssignmentResponse>> ReadLastAsync(TenantSession session, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch { BatchCommands = { command } };
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        var rows = new List<AssignmentResponse>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Response(reader));
        }

        return rows;
    }

    // By position: as many columns as the row has, in the order of the statement.
    private static AssignmentResponse Response(NpgsqlDataReader reader)
    {
        var column = 0;
        return new AssignmentResponse(
            Id(), Id(), Text(), Text(), Text(), WireNames.Parse<CategoryKind>(Text()), WireNames.Parse<AssignmentTarget>(Text()), Id(), TextOrNull(), At()!.Value,
            TextOrNull(), At(), Flag(), Flag(), TextOrNull(), At(), TextOrNull(), At(), TextOrNull(), At(), TextOrNull(), At(), TextOrNull(), TextOrNull(),
            TextOrNull(), TextOrNull(), Flag(), TextOrNull(), Flag());

        Guid Id() => reader.GetGuid(column++);
        string Text() => reader.GetString(column++);
        string? TextOrNull() => reader.TextOrNull(column++);
        bool Flag() => reader.GetBoolean(column++);
        DateTimeOffset? At() => reader.ValueOrNull<DateTimeOffset>(column++);
    }
}
