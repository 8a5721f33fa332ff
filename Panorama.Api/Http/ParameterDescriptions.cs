using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Panorama.Core.Assets;
using Panorama.Core.Data;
using Panorama.Core.Identity;
using Panorama.Core.Inspections;
using Panorama.Core.Lists;

namespace Panorama.Api.Http;

/// <summary>What the parameters are: they bind as text, so that an empty or misspelt value is refused by name, and the generator sees text alone.</summary>
internal static class ParameterDescriptions
{
    private const string VersionShown =
        "May be left out. The version of the asset that a person saw who fills in its fields, as the `ETag` had it: `\"3\"`.";

    private static readonly Dictionary<string, (string Text, Func<OpenApiSchema> Schema)> All = new(StringComparer.Ordinal)
    {
        ["id"] = ("Of the resource; one that is no uuid is answered as one that is not there.", Uuid),
        ["categoryId"] = ("Assets whose model is of this category.", Uuid),
        ["modelId"] = ("Assets of this model.", Uuid),
        ["locationId"] = ("Assets that belong to this place.", Uuid),
        ["photoId"] = ("Of a photo of this inspection.", Uuid),
        ["signatureId"] = ("Of a signature under this inspection.", Uuid),
        ["ShowInspectionSignature.format"] = ("`png` when absent; `svg` for the lines that were drawn, `text` for what was signed.", () => Choice("png", "svg", "text")),
        ["view"] = ("`list` for at most 320 pixels; anything else for the picture as it is kept.", () => Choice("list", "detail")),
        ["readingId"] = ("Of a reading of this asset.", Uuid),
        ["assetId"] = ("Of one asset.", Uuid),
        ["statusLabelId"] = ("Assets under this label.", Uuid),
        ["assignedUserId"] = ("Assets that this person has now.", Uuid),
        ["tag"] = ("Assets with exactly this tag, without case.", () => new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 64 }),
        ["importId"] = ("Assets that this import made or changed.", Uuid),
        ["holder"] = ("`me`, or the id of a person, a place or an asset.", () => new() { Type = JsonSchemaType.String }),
        ["open"] = ("Out now, or come back.", Flag),
        ["overdue"] = ("Out after the expected return, or not.", Flag),
        ["tenantId"] = ("The organisation that the session is in; any other is refused.", Uuid),
        ["list"] = ("Which list the views are of.", () => Choice([.. WireNames.Of(typeof(ListName))])),
        ["ListMembers.status"] = ("All but `removed` when absent.", () => Choice([.. WireNames.Of(typeof(MembershipStatus))])),
        ["categoryKind"] = ("Those for a whole kind of categories; not looked at where `assetId` is given.", () => Choice([.. WireNames.Of(typeof(CategoryKind))])),
        ["ListInspectionTemplates.assetId"] = ("Those for this asset: of its category and of its kind.", Uuid),
        ["ListInspectionTemplates.includeArchived"] = ("`true` or `1`; anything else leaves the archived ones out.", Flag),
        ["ImportInspectionTemplate.categoryKind"] = ("What the checklist is for, whatever its file says: all of this kind.", () => Choice([.. WireNames.Of(typeof(CategoryKind))])),
        ["ImportInspectionTemplate.categoryId"] = ("What the checklist is for, whatever its file says: this category.", Uuid),
        ["ListInspectionTemplateLibrary.locale"] = ("`en` when absent.", () => Choice("en", "pt-br", "es")),
        ["number"] = ("Of the version, from 1.", () => new() { Type = JsonSchemaType.Integer, Minimum = "1" }),
        ["scope"] = ("One's own when absent; `tenant` is for the desk.", () => Choice("mine", "tenant")),
        ["ListInspections.status"] = ("All when absent.", () => Choice([.. WireNames.Of(typeof(InspectionStatus)), "all"])),
        ["outcome"] = ("All when absent.", () => Choice([.. WireNames.Of(typeof(InspectionOutcome)), "all"])),
        ["needsReview"] = ("`true` or `1`: ended otherwise than well, and not looked at; status and outcome are not read then.", Flag),
        ["ListInspections.assetId"] = ("Of this asset.", Uuid),
        ["ListDefects.status"] = ("All when absent.", () => Choice([.. WireNames.Of(typeof(DefectStatus))])),
        ["severity"] = ("All when absent.", () => Choice([.. WireNames.Of(typeof(DefectSeverity))])),
        ["ListDefects.assetId"] = ("Of this asset.", Uuid),
        ["reservationId"] = ("Of this booking.", Uuid),
        ["role"] = ("All roles when absent.", () => Choice([.. WireNames.Of(typeof(Role)).Except(["system"])])),
        ["status"] = ("May repeat.", () => new() { Type = JsonSchemaType.Array, Items = Choice([.. WireNames.Of(typeof(AssetStatus))]) }),
        ["bookable"] = ("Only those that can be booked, or only the others.", Flag),
        ["includeArchived"] = ("When absent `true` for assets, else `false`.", Flag),
        ["withUses"] = ("Whether to count what refers to each entry; `uses` is null otherwise.", Flag),
        ["q"] = ("Words to find, without case and accents; in assets over tag, name, serial and searchable fields, and a single character is a whole tag.",
            () => new() { Type = JsonSchemaType.String, MaxLength = 200 }),
        ["sort"] = ("`createdAt` when absent.", () => Choice("createdAt", "tag", "name", "status", "purchaseDate")),
        ["order"] = ("When absent `desc` for `createdAt`, else `asc`.", () => Choice("asc", "desc")),
        ["limit"] = ("Items on a page.", () => new()
        {
            Type = JsonSchemaType.Integer,
            Minimum = "1",
            Maximum = PageLinks.MaxLimit.ToString(CultureInfo.InvariantCulture),
            Default = JsonValue.Create(PageLinks.DefaultLimit),
        }),
        ["If-Match"] = ("The version the change was made from, as the `ETag` had it: `\"3\"`.", () => new() { Type = JsonSchemaType.String }),
        ["CheckOutAsset.If-Match"] = (VersionShown, () => new() { Type = JsonSchemaType.String }),
        ["CheckInAsset.If-Match"] = (VersionShown, () => new() { Type = JsonSchemaType.String }),
        ["cursor"] = ("`nextCursor` of the page before; the other values stay as they were.", () => new() { Type = JsonSchemaType.String }),
    };

    public static void Apply(OpenApiOperation operation)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (All.TryGetValue($"{operation.OperationId}.{parameter.Name}", out var known) || All.TryGetValue(parameter.Name!, out known))
            {
                parameter.Description = known.Text;
                parameter.Schema = known.Schema();
            }
        }
    }

    private static OpenApiSchema Uuid() => new() { Type = JsonSchemaType.String, Format = "uuid" };

    private static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean };

    private static OpenApiSchema Choice(params string[] values) => new() { Type = JsonSchemaType.String, Enum = [.. values.Select(v => (JsonNode)JsonValue.Create(v)!)] };
}
