using Panorama.Web.Api;
using Panorama.Web.Localization;

namespace Panorama.Web.Assets.Photos;

/// <summary>How a photo is named for somebody who does not see it, and how large its thumbnail is.</summary>
internal static class PhotoTexts
{
    /// <summary>Longest edge of a thumbnail, in pixels.</summary>
    private const int Thumbnail = 320;

    /// <summary>Its caption, else its place and its day: "Photo 3 of 7, taken on 26 Nov 2026".</summary>
    public static string Name(IReadOnlyList<PhotoItem> photos, int index, Texts texts, Formats format)
    {
        var photo = photos[index];
        return string.IsNullOrWhiteSpace(photo.Caption)
            ? texts[photo.CapturedAt is null ? "photo.name.added" : "photo.name.taken",
                ("number", index + 1), ("total", photos.Count), ("day", Formats.Day(format.DayOf(photo.CapturedAt ?? photo.UploadedAt)))]
            : photo.Caption;
    }

    /// <summary>The line below it: when it was taken or added, and by whom.</summary>
    public static string Line(PhotoItem photo, Texts texts, Formats format) => photo.CapturedAt is { } taken
        ? texts["photo.line.taken", ("time", format.Short(taken, texts)), ("name", photo.UploadedByName ?? "–")]
        : texts["photo.line.added", ("time", format.Short(photo.UploadedAt, texts)), ("name", photo.UploadedByName ?? "–")];

    public static (int Width, int Height) ThumbnailSize(PhotoItem photo)
    {
        var longest = Math.Max(Math.Max(photo.Width, photo.Height), 1);
        var scale = Math.Min(1d, (double)Thumbnail / longest);
        return (Math.Max(1, (int)Math.Round(photo.Width * scale)), Math.Max(1, (int)Math.Round(photo.Height * scale)));
    }
}
