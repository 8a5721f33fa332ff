using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

/// <summary>An order in which assets are paged. Each has an index that ends in the id; none is numeric, which row security would keep from it.</summary>
/// <param name="Name">As the wire spells it, and as `asset_search` takes it.</param>
/// <param name="Column">The SQL expression of its index.</param>
/// <param name="Type">Of the key in a cursor.</param>
internal sealed record AssetSort(string Name, string Column, NpgsqlDbType Type)
{
    private const string NoDate = "infinity";

    public static AssetSort CreatedAt { get; } = new("createdAt", "a.created_at", NpgsqlDbType.TimestampTz);

    private static AssetSort[] All { get; } =
    [
        CreatedAt,
        new("tag", "a.tag_key", NpgsqlDbType.Text),
        new("name", "a.name", NpgsqlDbType.Text),
        new("status", "a.status", NpgsqlDbType.Text),
        new("purchaseDate", "case when a.purchase_date is null then 'infinity'::date else a.purchase_date end", NpgsqlDbType.Date),
    ];

    public static AssetSort? Find(string name) => Array.Find(All, s => s.Name == name);

    /// <summary>The key of a row.</summary>
    public object Read(NpgsqlDataReader reader, int column) => Type switch
    {
        NpgsqlDbType.TimestampTz => reader.GetDateTime(column),
        NpgsqlDbType.Date => reader.GetFieldValue<DateOnly>(column),
        _ => reader.GetString(column),
    };

    /// <summary>The key as a cursor and `asset_search` carry it.</summary>
    public static string Text(object key) => key switch
    {
        DateTime instant => InstantConverter.Format(new DateTimeOffset(instant, TimeSpan.Zero)),
        DateOnly date when date == DateOnly.MaxValue => NoDate,
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => (string)key,
    };

    /// <summary>The key as a parameter; null when a cursor was made up.</summary>
    public object? Parse(string text) => Type switch
    {
        NpgsqlDbType.TimestampTz => DateTime.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant : null,
        NpgsqlDbType.Date when text == NoDate => DateOnly.MaxValue,
        NpgsqlDbType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        _ when Name == "status" => WireNames.TryParse<AssetStatus>(text, out _) ? text : null,
        _ => text,
    };
}
