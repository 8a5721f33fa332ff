using System.Text.Json;
using System.Text.Json.Serialization;
using Panorama.Core.Data;

namespace Panorama.Api.Http;

/// <summary>Enums in JSON are spelled as in their columns; numbers are refused.</summary>
internal sealed class WireEnumJson : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        new JsonStringEnumConverter(WireNames.PolicyOf(typeToConvert), allowIntegerValues: false).CreateConverter(typeToConvert, options)!;
}
