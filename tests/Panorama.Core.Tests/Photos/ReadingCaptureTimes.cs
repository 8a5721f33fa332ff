using System.Globalization;
using NetVips;
using Panorama.Core.Photos;

namespace Panorama.Core.Tests.Photos;

/// <summary>When a photo was taken, and how far that can be trusted.</summary>
public sealed class ReadingCaptureTimes
{
    private static readonly TimeZoneInfo Lisbon = TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon");

    [Theory]
    [InlineData("2026:07:01 10:00:00", "+02:00", null, "2026-07-01T08:00:00Z", CaptureClock.Offset)]
    [InlineData("2026:07:01 10:00:00", "-03:00", null, "2026-07-01T13:00:00Z", CaptureClock.Offset)]
    [InlineData("2026:07:01 10:00:00", "+99:00", null, "2026-07-01T09:00:00Z", CaptureClock.AssumedZone)]
    [InlineData("2026:07:01 10:00:00", null, null, "2026-07-01T09:00:00Z", CaptureClock.AssumedZone)]
    [InlineData("2026:12:01 10:00:00", null, null, "2026-12-01T10:00:00Z", CaptureClock.AssumedZone)]
    [InlineData("2026:10:25 01:30:00", null, null, "2026-10-25T00:30:00Z", CaptureClock.AssumedZone)] // twice that night: the first
    [InlineData("2026:03:29 01:30:00", null, null, "2026-03-29T01:30:00Z", CaptureClock.AssumedZone)] // never that night
    [InlineData("2026:07:01 10:00:00", null, "8/1 59/1 7/1", "2026-07-01T08:59:07Z", CaptureClock.Satellite)]
    [InlineData(null, null, "8/1 59/1 715/100", "2026-07-01T08:59:07Z", CaptureClock.Satellite)]
    public void A_time_is_read_with_what_is_known_of_its_zone(string? original, string? offset, string? satellite, string at, CaptureClock clock)
    {
        var time = CaptureTime.Read(Field(original, offset, satellite), Lisbon);

        Assert.NotNull(time);
        Assert.Equal((DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), clock), (time.At, time.Clock));
        Assert.Equal(TimeSpan.Zero, time.At.Offset);
    }

    [Theory]
    [InlineData("0000:00:00 00:00:00")]
    [InlineData("1970:01:01 00:00:00")]
    [InlineData("2026:13:01 00:00:00")]
    [InlineData("2026-07-01 10:00:00")]
    [InlineData("'; drop table assets; --")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_time_is_none(string? original) => Assert.Null(CaptureTime.Read(Field(original, "+02:00", null), Lisbon));

    [Theory]
    [InlineData("24/1 0/1 0/1")]
    [InlineData("8/0 0/1 0/1")]
    [InlineData("8/1 0/1")]
    [InlineData("-8/1 0/1 0/1")]
    public void Neither_are_broken_satellite_times(string satellite) => Assert.Null(CaptureTime.Read(Field(null, null, satellite), Lisbon));

    [Fact]
    public async Task It_is_read_from_the_file_and_kept_beside_it()
    {
        using var room = new Darkroom { Zone = Lisbon };
        var source = room.NewPath(".jpg");
        using (var image = Image.Black(64, 48, bands: 3))
        using (var camera = image.Mutate(m => m.Set(GValue.GStrType, "exif-ifd2-DateTimeOriginal", "2026:07:01 10:00:00")))
        {
            camera.Jpegsave(source);
        }

        var photo = await room.DevelopAsync(source);

        Assert.Equal(new CaptureTime(new DateTimeOffset(2026, 7, 1, 9, 0, 0, TimeSpan.Zero), CaptureClock.AssumedZone, "2026:07:01 10:00:00"), photo.Result.Capture);
        Assert.Contains("exif", photo.Result.StrippedBlocks);
    }

    private static Func<string, string?> Field(string? original, string? offset, string? satellite) => name => name switch
    {
        "exif-ifd2-DateTimeOriginal" => original,
        "exif-ifd2-OffsetTimeOriginal" => offset,
        "exif-ifd3-GPSTimeStamp" => satellite,
        "exif-ifd3-GPSDateStamp" => satellite is null ? null : "2026:07:01",
        _ => null,
    };
}
