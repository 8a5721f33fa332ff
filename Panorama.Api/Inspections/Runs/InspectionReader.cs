using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Core.Data;
using Panorama.Core.Inspections;
using Panorama.Core.Sql;
using Panorama.Core.Tenancy;

namespace Panorama.Api.Inspections.Runs;

/// <summary>An inspection whose row is held until the end of the transaction.</summary>
/// <param name="Snapshot">An <see cref="InspectionSnapshot"/> as it is stored.</param>
internal sealed record HeldInspection(InspectionItem Item, string Snapshot);

/// <summary>Reads inspections by statements: drivers in the yard and the desk ask for them all day, and need no entity model for it.</summary>
internal static class InspectionReader
{
    /// <summary>Of inspections <c>i</c> and their <see cref="Joins"/>.</summary>
    public const string Columns =
        """
        i.id, i.tenant_id, i.template_id, i.asset_id, i.started_by_user_id, i.status, i.outcome, i.summary_note, i.started_at, i.completed_at, i.completed_by_user_id,
        i.reviewed_at, i.reviewed_by_user_id, i.review_note, i.created_at, i.template_name, i.cancelled_at, i.cancel_reason, a.tag, a.name, starter.display_name,
        finisher.display_name, reviewer.display_name
        """;

    public const string Joins =
        """
        join assets a on a.tenant_id = i.tenant_id and a.id = i.asset_id
        join users starter on starter.id = i.started_by_user_id
        left join users finisher on finisher.id = i.completed_by_user_id
        left join users reviewer on reviewer.id = i.reviewed_by_user_id
        """;

    /// <summary>How many <see cref="Columns"/> there are.</summary>
    public const int ColumnCount = 23;

    private const string One = $"select {Columns}, i.template_snapshot::text from inspections i {Joins} where i.id = $1";

    /// <summary>Answers <see cref="Held"/>.</summary>
    public static NpgsqlBatchCommand Hold(Guid id) => Statement.Of($"{One} for no key update of i", Statement.Uuid(id));

    public static HeldInspection Held(NpgsqlDataReader reader) => new(Item(reader), reader.GetString(ColumnCount));

    /// <summary>The row, held until the end of the transaction; null where there is none.</summary>
    public static async Task<HeldInspection?> HoldAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"{One} for no key update of i", Held, cancellationToken, Statement.Uuid(id))).SingleOrDefault();

    /// <summary>To whoever is neither who began it nor at the desk it is not there.</summary>
    public static bool IsVisibleTo(this InspectionItem item, Actor actor) => actor.IsDesk || item.StartedByUserId == actor.UserId;

    /// <summary>Null where there is no such run.</summary>
    public static async Task<InspectionItem?> ReadAsync(PanoramaDbContext db, Guid id, CancellationToken cancellationToken) =>
        (await ((NpgsqlConnection)db.Database.GetDbConnection()).QueryAsync(One, Item, cancellationToken, Statement.Uuid(id))).SingleOrDefault();

    /// <summary>The row, held until the end of the transaction; null where there is none, or where the actor is neither who began it nor at the desk.</summary>
    public static async Task<Inspection?> LockAsync(PanoramaDbContext db, Actor actor, string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var runId) ? await InspectionRows.LockAsync(db, actor, runId, cancellationToken) : null;

    /// <summary>By position.</summary>
    public static InspectionItem Item(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetGuid(3), ReservationId: null, reader.GetGuid(4), WireNames.Parse<InspectionStatus>(reader.GetString(5)),
        reader.TextOrNull(6) is { } outcome ? WireNames.Parse<InspectionOutcome>(outcome) : null, reader.TextOrNull(7), reader.GetFieldValue<DateTimeOffset>(8),
        reader.ValueOrNull<DateTimeOffset>(9), reader.ValueOrNull<Guid>(10), reader.ValueOrNull<DateTimeOffset>(11), reader.ValueOrNull<Guid>(12), reader.TextOrNull(13),
        reader.GetFieldValue<DateTimeOffset>(14), reader.GetString(15), reader.GetString(18), reader.GetString(19), reader.GetString(20), reader.TextOrNull(21),
        reader.TextOrNull(22), reader.ValueOrNull<DateTimeOffset>(16), reader.TextOrNull(17));
}
