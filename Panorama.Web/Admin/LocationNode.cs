using Panorama.Web.Api;

namespace Panorama.Web.Admin;

/// <summary>A place with what lies in it.</summary>
public sealed record LocationNode(CatalogueEntry Place, IReadOnlyList<LocationNode> Inside)
{
    /// <summary>The places as a tree, each level by name. One whose parent is not among them stands at the top, so none is lost.</summary>
    public static IReadOnlyList<LocationNode> Tree(IReadOnlyList<CatalogueEntry> places)
    {
        var known = places.Select(p => p.Id.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var byParent = places.ToLookup(p => p.Text("parentId") is { } parent && known.Contains(parent) ? parent : "", StringComparer.OrdinalIgnoreCase);
        return Below("");

        IReadOnlyList<LocationNode> Below(string parent) => [.. byParent[parent].Select(p => new LocationNode(p, Below(p.Id.ToString())))];
    }
}
