using System.Text.Json;
using System.Text.Json.Serialization;
using Panorama.Core.Data;

namespace Panorama.Api.Http;

/// <summary>Enums in JSON are spelled exactly as in their columns.</summary>
/// <remarks>The converter of .NET reads <c>"PASS, FAIL"</c> as both at once, also of an enum that is no set of flags, and takes any case.</remarks>
internal sealed class WireEnumJson : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(ref reader, reader.TokenType == JsonTokenType.String);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(ref reader, isText: true);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(WireNames.Of(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(WireNames.Of(value));

        // The serializer adds where it stands.
        private static T Parse(ref Utf8JsonReader reader, bool isText) => isText && WireNames.TryParse<T>(reader.GetString()!, out var value) ? value : throw new JsonException();
    }
}
