using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panorama.Api.Tenancy;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Sql;

namespace Panorama.Api.Assets;

/// <summary>An asset with all that its page shows.</summary>
/// <param name="PurchaseCost">Four decimals, such as `2266.1300`; null together with the currency.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="BookValue">Today, by the model's depreciation, in the same currency with four decimals; null without cost, day of purchase or depreciation.</param>
/// <param name="LastReadMileage">Largest valid reading.</param>
/// <param name="MileageUnit">`km`, `mi` or `h`.</param>
/// <param name="Holder">Who or what has it now.</param>
/// <param name="Version">What `If-Match` names in an edit; also the ETag.</param>
public sealed record AssetResponse(
    Guid Id, string Tag, string Name, string? Serial, AssetStatus Status, bool Bookable, Guid ModelId, string ModelName, string? ModelNumber,
    string? ModelNotes, Guid CategoryId, string CategoryName, CategoryKind CategoryKind, Guid? ManufacturerId, string? ManufacturerName, Guid? LocationId,
    string? LocationName, Guid? CompanyId, string? CompanyName, Guid? SupplierId, string? SupplierName, AssetStatusLabel? StatusLabel, string? OrderNumber,
    DateOnly? PurchaseDate, string? PurchaseCost, string? Currency, string? BookValue, int? WarrantyMonths, DateOnly? EolDate, string? Notes,
    decimal? LastReadMileage, MeterUnit MileageUnit, IReadOnlyList<AssetCustomField> CustomFields, AssetHolder? Holder, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, DateTimeOffset? ArchivedAt);

/// <summary>The organisation's own word for the state.</summary>
/// <param name="Color">`#rrggbb` or null.</param>
public sealed record AssetStatusLabel(Guid Id, string Name, StatusLabelType Type, string? Color);

/// <summary>A custom field with its value.</summary>
/// <param name="Value">As the field's type has it.</param>
public sealed record AssetCustomField(Guid FieldId, string Name, CustomFieldType Type, JsonElement Value);

/// <summary>Custody that has not ended.</summary>
/// <param name="RequiresAcceptance">The holder is asked to accept; see `acceptedAt` and `declinedAt`.</param>
public sealed record AssetHolder(
    Guid AssignmentId, AssignmentTarget TargetType, Guid? UserId, Guid? LocationId, string? Name, DateTimeOffset CheckedOutAt,
    DateTimeOffset? ExpectedCheckinAt, DateTimeOffset? AcceptedAt, DateTimeOffset? DeclinedAt, bool RequiresAcceptance);

/// <summary>Reads an asset whole, for its page and for the answer to whoever changed it: one round trip of two statements.</summary>
internal static class AssetReader
{
    private const string Row =
        """
        select a.id, a.tag, a.name, a.serial, a.status, a.bookable, a.model_id, m.name, m.model_number, m.notes, c.id, c.name, c.kind, m.manufacturer_id, f.name,
          a.location_id, l.name, a.company_id, o.name, a.supplier_id, s.name, b.id, b.name, b.type, b.color, a.order_number, a.purchase_date, a.purchase_cost,
          a.currency, d.months, d.floor_percent, (select ($2 at time zone t.timezone)::date from tenants t where t.id = a.tenant_id), a.warranty_months, a.eol_date, a.notes, a.last_read_mileage,
          coalesce(
            (select r.unit from meter_readings r where r.tenant_id = a.tenant_id and r.asset_id = a.id and r.voided_at is null order by r.read_at desc limit 1),
            (select case t.units when 'imperial' then 'mi' else 'km' end from tenants t where t.id = a.tenant_id)),
          h.id, h.target_type, h.target_user_id, h.target_location_id, coalesce(person.display_name, place.name, other.tag), h.checked_out_at,
          h.expected_checkin_at, h.accepted_at, h.declined_at, h.requires_acceptance, a.version, a.created_at, a.updated_at, a.archived_at
        from assets a
        join asset_models m on m.tenant_id = a.tenant_id and m.id = a.model_id
        join categories c on c.tenant_id = m.tenant_id and c.id = m.category_id
        left join manufacturers f on f.tenant_id = m.tenant_id and f.id = m.manufacturer_id
        left join depreciations d on d.tenant_id = m.tenant_id and d.id = m.depreciation_id
        left join locations l on l.tenant_id = a.tenant_id and l.id = a.location_id
        left join companies o on o.tenant_id = a.tenant_id and o.id = a.company_id
        left join suppliers s on s.tenant_id = a.tenant_id and s.id = a.supplier_id
        left join status_labels b on b.tenant_id = a.tenant_id and b.id = a.status_label_id
        left join asset_assignments h on h.tenant_id = a.tenant_id and h.asset_id = a.id and h.checked_in_at is null
        left join users person on person.id = h.target_user_id
        left join locations place on place.tenant_id = h.tenant_id and place.id = h.target_location_id
        left join assets other on other.tenant_id = h.tenant_id and other.id = h.target_asset_id
        where a.id = $1
        """;

    private const string Fields =
        """
        select f.id, f.name, f.type, v.value::text
        from assets a cross join jsonb_each(a.custom_fields) v
        join custom_fields f on f.tenant_id = a.tenant_id and f.id = v.key::uuid and not f.encrypted
        where a.id = $1
        order by f.name, f.id
        """;

    /// <summary>In the transaction of a request that changes something. Null when this tenant has no such asset.</summary>
    /// <param name="now">Decides which day it is.</param>
    public static async Task<AssetResponse?> ReadAsync(PanoramaDbContext db, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = Statements(id, now);
        batch.Connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>As the last a request asks for: ends its transaction, and loads no entity model.</summary>
    public static async Task<AssetResponse?> ReadLastAsync(TenantSession session, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = Statements(id, now);
        await using var reader = await session.ReadLastAsync(batch, cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private static NpgsqlBatch Statements(Guid id, DateTimeOffset now) => new()
    {
        BatchCommands = { new(Row) { Parameters = { Statement.Uuid(id), Statement.Instant(now) } }, new(Fields) { Parameters = { Statement.Uuid(id) } } },
    };

    private static async Task<AssetResponse?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var asset = Asset(reader);
        await reader.NextResultAsync(cancellationToken);
        var fields = new List<AssetCustomField>();
        while (await reader.ReadAsync(cancellationToken))
        {
            fields.Add(new AssetCustomField(
                reader.GetGuid(0), reader.GetString(1), WireNames.Parse<CustomFieldType>(reader.GetString(2)), JsonElement.Parse(reader.GetString(3))));
        }

        return asset with { CustomFields = fields };
    }

    // By position: as many columns as the row has, in the order of the statement.
    private static AssetResponse Asset(NpgsqlDataReader reader)
    {
        var column = 0;
        (decimal? Cost, string? Currency, DateOnly? Day) purchase = default;
        return new AssetResponse(
            Id(), Text(), Text(), TextOrNull(), WireNames.Parse<AssetStatus>(Text()), Value<bool>(), Id(), Text(), TextOrNull(), TextOrNull(), Id(), Text(),
            WireNames.Parse<CategoryKind>(Text()), IdOrNull(), TextOrNull(), IdOrNull(), TextOrNull(), IdOrNull(), TextOrNull(), IdOrNull(), TextOrNull(),
            Label(), TextOrNull(), purchase.Day = ValueOrNull<DateOnly>(), Money(purchase.Cost = ValueOrNull<decimal>()), purchase.Currency = TextOrNull(), InTheBooks(),
            ValueOrNull<int>(), ValueOrNull<DateOnly>(), TextOrNull(), ValueOrNull<decimal>(), WireNames.Parse<MeterUnit>(Text()), [], Holder(), Value<int>(),
            Value<DateTimeOffset>(), Value<DateTimeOffset>(), ValueOrNull<DateTimeOffset>());

        string? InTheBooks()
        {
            var (months, floor, today) = (ValueOrNull<int>(), ValueOrNull<int>(), Value<DateOnly>());
            return Money(BookValue.Of(purchase.Cost, purchase.Currency, purchase.Day, months, floor, today));
        }

        AssetStatusLabel? Label()
        {
            var (id, name, type, color) = (IdOrNull(), TextOrNull(), TextOrNull(), TextOrNull());
            return id is { } label ? new AssetStatusLabel(label, name!, WireNames.Parse<StatusLabelType>(type!), color) : null;
        }

        AssetHolder? Holder()
        {
            var (id, type, user, place, name) = (IdOrNull(), TextOrNull(), IdOrNull(), IdOrNull(), TextOrNull());
            var (since, until) = (ValueOrNull<DateTimeOffset>(), ValueOrNull<DateTimeOffset>());
            var (accepted, declined, isAsked) = (ValueOrNull<DateTimeOffset>(), ValueOrNull<DateTimeOffset>(), ValueOrNull<bool>());
            return id is { } held
                ? new AssetHolder(held, WireNames.Parse<AssignmentTarget>(type!), user, place, name, since!.Value, until, accepted, declined, isAsked!.Value)
                : null;
        }

        static string? Money(decimal? amount) => amount?.ToString("0.0000", CultureInfo.InvariantCulture);
        Guid Id() => reader.GetGuid(column++);
        string Text() => reader.GetString(column++);
        string? TextOrNull() => reader.TextOrNull(column++);
        T Value<T>() => reader.GetFieldValue<T>(column++);
        Guid? IdOrNull() => ValueOrNull<Guid>();
        T? ValueOrNull<T>()
            where T : struct => reader.ValueOrNull<T>(column++);
    }
}
