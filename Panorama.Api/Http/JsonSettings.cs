using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panorama.Api.Http;

/// <summary>JSON as the wire has it: camelCase, nulls written, unknown members refused, instants with three digits and Z.</summary>
internal static class JsonSettings
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new WireEnumJson());
    }
}

/// <summary>2026-04-18T12:00:00.000Z out; ISO 8601 with Z or an offset in, a missing zone is refused.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
    ];

    public static string Format(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Null for what is no instant.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value)
            ? value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMillisecond)) : null;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString()) ?? throw new JsonException("An instant is ISO 8601 with Z or an offset.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}
