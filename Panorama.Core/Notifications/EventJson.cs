using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Panorama.Core.Data;

namespace Panorama.Core.Notifications;

/// <summary>Payloads as they are stored and as their schemas say.</summary>
internal static class EventJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new WireConverters(), new Instants() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>What a payload of the type holds.</summary>
    public static IEnumerable<PropertyInfo> Members(Type payload) => payload.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public static string Write(object payload) => JsonSerializer.Serialize(payload, payload.GetType(), Options);

    /// <exception cref="JsonException">It is not a payload of that type.</exception>
    public static object Read(string json, Type payload) => JsonSerializer.Deserialize(json, payload, Options) ?? throw new JsonException("The payload is null.");

    /// <summary>Properties that a payload may have; what else there is, is a sentence each.</summary>
    public static IEnumerable<string> Problems(Type payload) => Members(payload)
        .Where(p => !IsAllowed(Plain(p.PropertyType)))
        .Select(p => $"{payload.Name}.{p.Name} is {p.PropertyType.Name}: a payload holds ids, enums, numbers and instants.");

    /// <summary>JSON Schema (2020-12) of the envelope with this payload.</summary>
    public static JsonObject Schema(EventDefinition definition)
    {
        var members = new JsonObject();
        var required = new JsonArray();
        foreach (var property in Members(definition.PayloadType))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            members[name] = SchemaOf(property.PropertyType);
            required.Add(name);
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"urn:panorama:event:{definition.Type}:{definition.SchemaVersion}",
            ["title"] = definition.Type,
            ["description"] = definition.Texts[0].En.Name,
            ["type"] = "object",
            ["required"] = new JsonArray("id", "type", "schemaVersion", "occurredAt", "tenantId", "actorUserId", "correlationId", "resource", "data"),
            ["properties"] = new JsonObject
            {
                ["id"] = SchemaOf(typeof(Guid)),
                ["type"] = new JsonObject { ["const"] = definition.Type },
                ["schemaVersion"] = new JsonObject { ["const"] = definition.SchemaVersion },
                ["occurredAt"] = SchemaOf(typeof(DateTimeOffset)),
                ["tenantId"] = SchemaOf(typeof(Guid?)),
                ["actorUserId"] = SchemaOf(typeof(Guid?)),
                ["correlationId"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                ["resource"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("type", "id"),
                    ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = definition.ResourceType }, ["id"] = SchemaOf(typeof(Guid?)) },
                },
                ["data"] = new JsonObject { ["type"] = "object", ["required"] = required, ["properties"] = members },
            },
        };
    }

    private static JsonObject SchemaOf(Type type)
    {
        var plain = Plain(type);
        var schema = plain == typeof(Guid) ? new JsonObject { ["type"] = "string", ["format"] = "uuid" }
            : plain == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "string", ["format"] = "date-time" }
            : plain.IsEnum ? new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. WireNames.Of(plain).Select(n => (JsonNode)n)]) }
            : new JsonObject { ["type"] = plain == typeof(decimal) ? "number" : "integer" };
        if (plain != type)
        {
            schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
            (schema["enum"] as JsonArray)?.Add(null);
        }

        return schema;
    }

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsAllowed(Type type) =>
        type.IsEnum || type == typeof(Guid) || type == typeof(DateTimeOffset) || type == typeof(int) || type == typeof(long) || type == typeof(decimal);

    private sealed class WireConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            new JsonStringEnumConverter(WireNames.PolicyOf(typeToConvert), allowIntegerValues: false).CreateConverter(typeToConvert, options);
    }

    private sealed class Instants : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }
}
