using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Panorama.Api.Tenancy;
using Panorama.Core.Data;

namespace Panorama.Api.Http;

/// <summary>What the generated OpenAPI 3.1 document lacks: problem answers with their codes, the session, one address for all.</summary>
internal static class ApiDescription
{
    public const string DocumentName = "v1";
    public const string Route = "/api/openapi/{documentName}.json";
    private const string Scheme = "session";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Panorama",
                Version = DocumentName,
                Description = "Errors are RFC 9457 problems with a stable `code`; see docs/errors.md.",
                License = new OpenApiLicense { Name = "AGPL-3.0-or-later", Identifier = "AGPL-3.0-or-later" },
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Cookie,
                    Name = "panorama_session",
                    Description = "Set by sign-in; over HTTPS its name begins with `__Host-`.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // Our converters hide from the generator that an instant is text, and what an enum is spelled like.
            var inner = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type);
            var type = inner ?? context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset))
            {
                schema.Type = inner is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            }
            else if (type.IsEnum)
            {
                schema.Enum = [.. WireNames.Of(type).Select(name => JsonValue.Create(name)), .. inner is null ? Array.Empty<JsonNode>() : [JsonNullSentinel.JsonNull]];
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            ParameterDescriptions.Apply(operation);
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            foreach (var kinds in metadata.OfType<DeclaredProblems>().SelectMany(d => d.Kinds).Distinct().GroupBy(k => k.Status).OrderBy(g => g.Key))
            {
                operation.Responses ??= [];
                operation.Responses[kinds.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
                {
                    Description = string.Join(", ", kinds.Select(k => $"`{k.Code}`")),
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", context.Document) },
                    },
                };
            }

            if (metadata.OfType<IdempotencyKeyHonoured>().Any())
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = IdempotentPost.Header,
                    In = ParameterLocation.Header,
                    Description = "The same key within 24 hours is answered as the first time.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
                });
            }

            if (metadata.OfType<SessionCookieRequired>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            }

            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            document.Components.Schemas["Problem"] = Problem();
            return Task.CompletedTask;
        });
    });

    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(["type", "title", "status", "code", "message", "traceId"], StringComparer.Ordinal),
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "`urn:panorama:problem:<code>`." },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "English prose." },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable: switch on this." },
            ["args"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Numbers and names that belong to the code; absent when none." },
            ["errors"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Of `invalid_body` alone: texts by member." },
            ["errorCodes"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Beside `errors`: a stable code for each text." },
            ["message"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String },
        },
    };
}
