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

/// <summary>Reads an asset whole, for its page and for the answer to whoever changed it: one function with a kept plan.</summary>
internal static class AssetReader
{
    private const string Page = "select * from asset_page($1, $2)";

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
        BatchCommands = { new(Page) { Parameters = { Statement.Uuid(id), Statement.Instant(now) } } },
    };

    private static async Task<AssetResponse?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(cancellationToken) ? Asset(reader) : null;

    // By position: as many columns as the function gives, in its order.
    private static AssetResponse Asset(NpgsqlDataReader reader)
    {
        var column = 0;
        (decimal? Cost, string? Currency, DateOnly? Day) purchase = default;
        return new AssetResponse(
            Id(), Text(), Text(), TextOrNull(), WireNames.Parse<AssetStatus>(Text()), Value<bool>(), Id(), Text(), TextOrNull(), TextOrNull(), Id(), Text(),
            WireNames.Parse<CategoryKind>(Text()), IdOrNull(), TextOrNull(), IdOrNull(), TextOrNull(), IdOrNull(), TextOrNull(), IdOrNull(), TextOrNull(),
            Label(), TextOrNull(), purchase.Day = ValueOrNull<DateOnly>(), Money(purchase.Cost = ValueOrNull<decimal>()), purchase.Currency = TextOrNull(), InTheBooks(),
            ValueOrNull<int>(), ValueOrNull<DateOnly>(), TextOrNull(), ValueOrNull<decimal>(), WireNames.Parse<MeterUnit>(Text()), Fields(), Holder(), Value<int>(),
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

        IReadOnlyList<AssetCustomField> Fields() => TextOrNull() is not { } json
            ? []
            : [.. JsonElement.Parse(json).EnumerateArray().Select(f => new AssetCustomField(f[0].GetGuid(), f[1].GetString()!, WireNames.Parse<CustomFieldType>(f[2].GetString()!), f[3]))];

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
