using System.Security.Cryptography;
using System.Text;
using NetVips;
using Panorama.Core.Photos;

namespace Panorama.Core.Tests.Photos;

/// <summary>What phones and software send; the files are in <c>tests/Data/field</c>.</summary>
public sealed class DevelopingPhotos
{
    private const int Tolerance = 90; // of a channel: profiles differ a little

    [Trait("FieldCase", "PHO-01")]
    [Theory]
    [InlineData("pho-01-orient6.jpg", "image/jpeg")]
    [InlineData("pho-01-orient5.jpg", "image/jpeg")]
    [InlineData("pho-01-orient6.png", "image/png")]
    [InlineData("pho-01-orient6.webp", "image/webp")]
    public async Task A_turned_photo_is_stored_upright_and_says_nothing_of_it(string file, string sentAs)
    {
        using var room = new Darkroom();

        var photo = await room.DevelopFieldFileAsync(file);

        Assert.Equal((640, 480), (photo.Result.Width, photo.Result.Height));
        Assert.Equal(sentAs, photo.Result.SentAs.MediaType());
        Assert.Contains("orientation", photo.Result.StrippedBlocks);
        AssertQuadrants(photo.Photo, scale: 1);
        AssertQuadrants(photo.Thumbnail, scale: 0.5);
        using var stored = Image.NewFromFile(photo.Photo);
        Assert.DoesNotContain(stored.GetFields(), f => f == "orientation" || f.StartsWith("exif", StringComparison.Ordinal));
    }

    [Trait("FieldCase", "PHO-01")]
    [Theory]
    [InlineData("pho-01-heic-irot270-exif6.heic")]
    [InlineData("pho-01-heic-exif6-no-irot.heic")]
    public async Task A_format_without_a_decoder_is_refused_by_its_name(string file)
    {
        using var room = new Darkroom();

        var refused = await room.RefuseAsync(Darkroom.FieldFile(file));

        Assert.Equal(("unsupported_media_type", true), (refused.Code, refused.Detected is "image/heic" or "image/heif"));
        Assert.StartsWith("This server does not read HEIC. Send the photo as JPEG", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["image/jpeg", "image/png", "image/webp"], PhotoFormats.Accepted);
    }

    [Fact]
    public async Task A_disk_that_is_full_is_not_the_fault_of_the_photo()
    {
        using var processor = new PhotoProcessor(new PhotoLimits());

        await Assert.ThrowsAsync<IOException>(() => processor.ProcessAsync(
            Darkroom.FieldFile("pho-01-orient6.jpg"), "/dev/full", "/dev/full", TimeZoneInfo.Utc, maxDimension: null, TestContext.Current.CancellationToken));
    }

    [Trait("FieldCase", "PHO-02")]
    [Fact]
    public async Task Four_inks_become_three_colours_and_no_negative()
    {
        using var room = new Darkroom();

        var photo = await room.DevelopFieldFileAsync("pho-02-cmyk.jpg");

        using var stored = Image.NewFromFile(photo.Photo);
        Assert.Equal((3, false), (stored.Bands, stored.GetFields().Contains("icc-profile-data")));
        double[] red = stored[80, 60], green = stored[560, 60], blue = stored[80, 420], white = stored[560, 420];
        Assert.True(red[0] > 180 && red[1] < 90 && red[2] < 90, string.Join(' ', red));
        Assert.True(green[1] > green[0] && green[1] > green[2], string.Join(' ', green));
        Assert.True(blue[2] > blue[0] && blue[2] > blue[1], string.Join(' ', blue));
        Assert.All(white, channel => Assert.True(channel > 235, string.Join(' ', white)));
    }

    [Trait("FieldCase", "PHO-04")]
    [Theory]
    [InlineData("pho-04-metadata.jpg")]
    [InlineData("pho-04-metadata.png")]
    [InlineData("pho-04-metadata.webp")]
    [InlineData("pho-04-motion-photo.jpg")]
    public async Task Nothing_of_the_file_but_its_picture_is_stored(string file)
    {
        using var room = new Darkroom();
        Assert.Contains("QAMARKER", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Darkroom.FieldFile(file), TestContext.Current.CancellationToken)), StringComparison.Ordinal);

        var photo = await room.DevelopFieldFileAsync(file);

        foreach (var path in new[] { photo.Photo, photo.Thumbnail })
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var text = Encoding.Latin1.GetString(bytes);
            Assert.DoesNotContain("QAMARKER", text, StringComparison.Ordinal);
            Assert.DoesNotContain("12.34567", text, StringComparison.Ordinal);
            Assert.Equal([0xFF, 0xD9], bytes[^2..]);
            Assert.Equal(["DHT", "DQT", "SOF0", "SOS"], JpegSegments.Names(bytes).Distinct().Order(StringComparer.Ordinal));
        }
    }

    [Trait("FieldCase", "PHO-06")]
    [Theory]
    [InlineData("pho-06-24MP.jpg", 2048, 1536)]
    [InlineData("pho-06-48MP.jpg", 1536, 2048)]
    public async Task A_large_phones_photo_is_made_smaller(string file, int width, int height)
    {
        using var room = new Darkroom();

        var photo = await room.DevelopFieldFileAsync(file);

        Assert.Equal((width, height), (photo.Result.Width, photo.Result.Height));
        using var thumbnail = Image.NewFromFile(photo.Thumbnail);
        Assert.Equal(320, Math.Max(thumbnail.Width, thumbnail.Height));
    }

    [Trait("FieldCase", "PHO-06")]
    [Theory]
    [InlineData("pho-06-bomb-900MP.png", 900_000_000)]
    [InlineData("pho-06-header-lie-10000MP.png", 10_000_000_000)]
    public async Task A_bomb_is_refused_by_what_it_says_of_itself(string file, long pixels)
    {
        using var room = new Darkroom();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var refused = await room.RefuseAsync(Darkroom.FieldFile(file));

        Assert.Equal(("photo_too_large_pixels", pixels), (refused.Code, refused.Pixels));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 1_000_000);
    }

    [Trait("FieldCase", "PHO-06")]
    [Fact]
    public async Task A_line_of_65000_pixels_keeps_a_width()
    {
        using var room = new Darkroom();

        var photo = await room.DevelopFieldFileAsync("pho-06-1x65000.png");

        Assert.Equal((1, 2048), (photo.Result.Width, photo.Result.Height));
    }

    [Trait("FieldCase", "PHO-07")]
    [Theory]
    [InlineData("pho-07-animated.png", "unsupported_media_type", "image/apng")]
    [InlineData("pho-07-animated.webp", "unsupported_media_type", "image/webp; animated")]
    [InlineData("pho-07-avif.heic", "unsupported_media_type", "image/avif")]
    [InlineData("pho-07-html.jpg", "unsupported_media_type", "unknown")]
    [InlineData("pho-07-svg.jpg", "unsupported_media_type", "unknown")]
    [InlineData("pho-07-one-byte.jpg", "unsupported_media_type", "unknown")]
    [InlineData("pho-07-empty.jpg", "empty_photo", null)]
    public async Task What_is_no_photo_is_refused_whatever_it_is_called(string file, string code, string? detected)
    {
        using var room = new Darkroom();

        var refused = await room.RefuseAsync(Darkroom.FieldFile(file));

        Assert.Equal((code, detected), (refused.Code, refused.Detected));
        Assert.DoesNotContain("HEIC", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_file_gives_the_same_bytes()
    {
        using var room = new Darkroom();

        var first = await room.DevelopFieldFileAsync("pho-06-24MP.jpg");
        var second = await room.DevelopFieldFileAsync("pho-06-24MP.jpg");

        Assert.Equal(first.Result.Photo.Sha256, second.Result.Photo.Sha256);
        Assert.Equal(first.Result.Thumbnail.Sha256, second.Result.Thumbnail.Sha256);
        var bytes = await File.ReadAllBytesAsync(first.Photo, TestContext.Current.CancellationToken);
        Assert.Equal((bytes.Length, Convert.ToHexString(SHA256.HashData(bytes))), (first.Result.Photo.Bytes, Convert.ToHexString(first.Result.Photo.Sha256)));
    }

    [Fact]
    public async Task What_can_be_seen_through_lies_on_white()
    {
        using var room = new Darkroom();
        var source = room.NewPath(".png");
        using (var image = Image.Black(40, 30, bands: 4))
        {
            image.Copy(interpretation: Enums.Interpretation.Srgb).Pngsave(source);
        }

        var photo = await room.DevelopAsync(source);

        using var stored = Image.NewFromFile(photo.Photo);
        Assert.Equal([255, 255, 255], stored[20, 15]);
    }

    [Theory]
    [InlineData("grey", 1)]
    [InlineData("rgb16", 3)]
    public async Task Grey_and_sixteen_bits_become_three_colours_of_eight(string kind, int bands)
    {
        using var room = new Darkroom();
        var source = room.NewPath(".png");
        using (var image = kind == "grey" ? Image.Black(64, 64, bands) + 128 : (Image.Black(64, 64, bands) + 32_896).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16))
        {
            (kind == "grey" ? image.Cast(Enums.BandFormat.Uchar) : image).Pngsave(source);
        }

        var photo = await room.DevelopAsync(source);

        using var stored = Image.NewFromFile(photo.Photo);
        Assert.Equal((3, Enums.BandFormat.Uchar), (stored.Bands, stored.Format));
        Assert.All(stored[32, 32], channel => Assert.InRange(channel, 126, 130));
    }

    [Fact]
    public async Task A_photo_that_ends_early_is_refused_and_not_stored_half_grey()
    {
        using var room = new Darkroom();
        var whole = await File.ReadAllBytesAsync(Darkroom.FieldFile("pho-06-24MP.jpg"), TestContext.Current.CancellationToken);

        var refused = await room.RefuseAsync(room.Write(whole.AsSpan(0, whole.Length / 2)));

        Assert.Equal("photo_processing_failed", refused.Code);
        Assert.DoesNotContain("vips", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertQuadrants(string path, double scale)
    {
        using var image = Image.NewFromFile(path);
        AssertNear(image, 80, 60, [255, 0, 0]);
        AssertNear(image, 560, 60, [0, 255, 0]);
        AssertNear(image, 80, 420, [0, 0, 255]);
        AssertNear(image, 560, 420, [255, 255, 255]);

        void AssertNear(Image picture, int x, int y, int[] colour)
        {
            var pixel = picture[(int)(x * scale), (int)(y * scale)];
            Assert.Equal(3, pixel.Length);
            Assert.All(pixel.Zip(colour), p => Assert.InRange(p.First, p.Second - Tolerance, p.Second + Tolerance));
        }
    }
}
