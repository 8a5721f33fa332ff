using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Core.Notifications;

namespace Panorama.Api.Notifications;

/// <param name="Type">Its name, never reused.</param>
/// <param name="SchemaVersion">Grows with each member that is added; none is taken away.</param>
/// <param name="Area">What part of the product it comes from.</param>
/// <param name="IsMandatory">It cannot be switched off.</param>
/// <param name="Schema">JSON Schema (2020-12) of the envelope with its data.</param>
public sealed record EventSchemaResponse(string Type, int SchemaVersion, string Area, bool IsMandatory, JsonObject Schema);

/// <param name="Items">By type.</param>
public sealed record EventSchemasResponse(IReadOnlyList<EventSchemaResponse> Items);

internal static class ListEventSchemas
{
    public static Ok<EventSchemasResponse> Handle(EventRegistry registry) => TypedResults.Ok(new EventSchemasResponse(
        [.. registry.All.Select(d => new EventSchemaResponse(d.Type, d.SchemaVersion, d.Area, d.IsMandatory, EventRegistry.SchemaOf(d)))]));
}
