using System.Globalization;
using Panorama.Api.Http;

namespace Panorama.Api.Notifications;

/// <summary>Where a page of a list by time ended.</summary>
internal sealed record Keyset(DateTimeOffset At, Guid Id)
{
    public static Keyset? Read(QueryValues values, string? cursor, string order)
    {
        if (values.Cursor(cursor, order) is not { } after)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(
            after.Key, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            return new(at, after.Id);
        }

        values.Refuse("cursor");
        return null;
    }

    public static string Next(string order, DateTimeOffset at, Guid id) => new Cursor(order, InstantConverter.Format(at), id).Encode();
}
