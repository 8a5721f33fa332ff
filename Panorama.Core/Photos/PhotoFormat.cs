namespace Panorama.Core.Photos;

/// <summary>What a photo may be written in. Told by its first bytes alone; a file's name and its declared type say nothing.</summary>
public enum PhotoFormat
{
    Jpeg,
    Png,
    WebP,
}

/// <summary>The names of formats as the wire has them.</summary>
public static class PhotoFormats
{
    /// <summary>What an upload may be, as a form's <c>accept</c> and the answer to another type name it.</summary>
    public static readonly IReadOnlyList<string> Accepted = ["image/jpeg", "image/png", "image/webp"];

    public static string MediaType(this PhotoFormat format) => Accepted[(int)format];
}
