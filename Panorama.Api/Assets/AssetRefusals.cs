using Microsoft.AspNetCore.Http.HttpResults;
using Panorama.Api.Http;
using Panorama.Core.Assets;
using Panorama.Core.Data;

namespace Panorama.Api.Assets;

/// <summary>What Core refuses, as the wire says it.</summary>
internal static class AssetRefusals
{
    private static readonly Dictionary<string, ProblemKind> Kinds = new(StringComparer.Ordinal)
    {
        [AssetRefusal.CustomFieldInvalid] = Problems.CustomFieldInvalid,
        [AssetRefusal.TagTaken] = Problems.AssetTagTaken,
        [AssetRefusal.SerialTaken] = Problems.AssetSerialTaken,
        [AssetRefusal.LabelMismatch] = Problems.StatusLabelMismatch,
    };

    /// <summary>Members at fault first, all at once; else the first other reason.</summary>
    public static ProblemHttpResult Of(IReadOnlyList<AssetRefusal> refusals)
    {
        var members = refusals.Where(r => r.Member is not null)
            .Select(r => (r.Member!, r.Code == AssetRefusal.Required ? FieldError.Required : FieldError.NotFound)).ToArray();
        return members.Length > 0 ? Problems.Members(members) : Problems.Of(Kinds[refusals[0].Code], refusals[0].Args);
    }

    public static ProblemHttpResult NotAvailable(Asset asset) => Problems.Of(Problems.AssetNotAvailable, Problems.Args(("status", WireNames.Of(asset.Status))));
}
