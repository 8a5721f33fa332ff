using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Panorama.Api.Http;

/// <summary>The place a keyset page ended: the list's order, the last row's key in that order and its id. Opaque to clients.</summary>
/// <param name="Order">Name and direction, so that a cursor of another order is refused.</param>
/// <param name="Key">The sort column's value as text.</param>
/// <param name="Id">Breaks ties.</param>
internal sealed record Cursor(string Order, string Key, Guid Id)
{
    private const int MaxCharacters = 2_000;

    public string Encode() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { Order, Key, Id.ToString("N") }));

    public static Cursor? Decode(string text, string order)
    {
        if (text.Length is 0 or > MaxCharacters || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is [{ } given, { } key, { } id]
                && given == order && Guid.TryParseExact(id, "N", out var guid) && !key.Contains('\0', StringComparison.Ordinal)
                ? new Cursor(order, key, guid)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
