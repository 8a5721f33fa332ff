using System.Globalization;

namespace Panorama.Core.Photos;

/// <summary>The blocks of a file that are not its picture, by the names that evidence keeps of them.</summary>
internal static class MetadataBlocks
{
    private static readonly IReadOnlyList<(string Field, string Name)> Known =
    [
        ("exif-data", "exif"), ("icc-profile-data", "icc"), ("iptc-data", "iptc"), ("xmp-data", "xmp"), ("photoshop-data", "tifftagPhotoshop"),
    ];

    public static IReadOnlyList<string> Among(IReadOnlyCollection<string> fields, Func<string, object> value)
    {
        var blocks = Known.Where(k => fields.Contains(k.Field)).Select(k => k.Name).ToList();
        if (fields.Contains("orientation") && Convert.ToInt32(value("orientation"), CultureInfo.InvariantCulture) != 1)
        {
            blocks.Add("orientation");
        }

        // The rest of such a field's name is the file's own text.
        if (fields.Any(f => f.StartsWith("png-comment-", StringComparison.Ordinal) || f == "jpeg-comment"))
        {
            blocks.Add("comment");
        }

        return blocks;
    }
}
