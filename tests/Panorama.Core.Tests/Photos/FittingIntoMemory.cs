using NetVips;
using Panorama.Core.Photos;

namespace Panorama.Core.Tests.Photos;

/// <summary>What is decoded at once, what waits and what never fits.</summary>
public sealed class FittingIntoMemory
{
    [Fact]
    public async Task A_progressive_jpeg_is_refused_when_its_coefficients_do_not_fit()
    {
        using var room = new Darkroom();
        var source = room.NewPath(".jpg");
        using (var image = Image.Black(8_000, 6_000, bands: 3))
        {
            image.Copy(interpretation: Enums.Interpretation.Srgb).Jpegsave(source, interlace: true);
        }

        var refused = await room.RefuseAsync(source);

        Assert.Equal("photo_needs_too_much_memory", refused.Code);
        Assert.InRange(refused.Bytes!.Value, 8_000L * 6_000 * 3, 8_000L * 6_000 * 5); // a coefficient has two bytes, and colours half the lines and columns
    }

    [Theory]
    [InlineData("one scan.jpg", 0)]
    [InlineData("progressive.jpg", 3)]
    [InlineData("by lines.png", 0)]
    [InlineData("interlaced.png", 3)]
    [InlineData("interlaced, 16 bits.png", 6)]
    [InlineData("lossy.webp", 1.5)]
    [InlineData("lossless.webp", 4)]
    [InlineData("see-through.webp", 4)]
    public void A_file_says_how_much_of_it_a_decoder_holds(string kind, double bytesOfPixel)
    {
        using var room = new Darkroom();
        var source = room.NewPath(Path.GetExtension(kind));
        using (var black = Image.Black(640, 480, bands: kind.StartsWith("see", StringComparison.Ordinal) ? 4 : 3))
        using (var image = kind.Contains("16", StringComparison.Ordinal)
            ? black.Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16) : black.Copy(interpretation: Enums.Interpretation.Srgb))
        {
            Save(image, kind, source);
        }

        using var file = File.OpenRead(source);
        var header = PhotoHeader.Read(file);

        Assert.Equal((640, 480, (long)(640 * 480 * bytesOfPixel)), (header.Width, header.Height, header.DecoderBytes));

        static void Save(Image image, string kind, string path)
        {
            switch (Path.GetExtension(kind))
            {
                case ".jpg":
                    image.Jpegsave(path, interlace: kind.StartsWith("progressive", StringComparison.Ordinal));
                    break;
                case ".png":
                    image.Pngsave(path, interlace: kind.StartsWith("interlaced", StringComparison.Ordinal));
                    break;
                default:
                    image.Webpsave(path, lossless: kind.StartsWith("lossless", StringComparison.Ordinal));
                    break;
            }
        }
    }

    [Fact]
    public async Task The_same_pixels_in_one_scan_are_taken()
    {
        using var room = new Darkroom();
        var source = room.NewPath(".jpg");
        using (var image = Image.Black(8_000, 6_000, bands: 3))
        {
            image.Copy(interpretation: Enums.Interpretation.Srgb).Jpegsave(source);
        }

        var photo = await room.DevelopAsync(source);

        Assert.Equal((2_048, 1_536), (photo.Result.Width, photo.Result.Height));
    }

    [Fact]
    public async Task Whoever_would_wait_behind_too_many_is_turned_away_and_nobody_else()
    {
        using var gate = new PhotoGate(new PhotoLimits { Concurrency = 2, MemoryBytes = 100 });
        var cancel = TestContext.Current.CancellationToken;

        var all = Enumerable.Range(0, 6).Select(_ => gate.EnterAsync(10, cancel)).ToList();
        var seventh = await Assert.ThrowsAsync<PhotoRefusedException>(() => gate.EnterAsync(10, cancel));

        Assert.Equal("photo_pipeline_busy", seventh.Code);
        Assert.Equal(2, all.Count(t => t.IsCompletedSuccessfully));
        (await all[0]).Dispose();
        all.Add(gate.EnterAsync(10, cancel)); // the place of the one that left
        foreach (var next in all.Skip(1))
        {
            (await next.WaitAsync(TimeSpan.FromSeconds(5), cancel)).Dispose();
        }
    }

    [Fact]
    public async Task Memory_counts_and_not_only_heads()
    {
        using var gate = new PhotoGate(new PhotoLimits { Concurrency = 4, MemoryBytes = 100 });
        var cancel = TestContext.Current.CancellationToken;
        var large = await gate.EnterAsync(80, cancel);
        var second = gate.EnterAsync(30, cancel);
        var third = gate.EnterAsync(10, cancel);

        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted); // it would fit, but not before its turn
        large.Dispose();

        (await second.WaitAsync(TimeSpan.FromSeconds(5), cancel)).Dispose();
        (await third.WaitAsync(TimeSpan.FromSeconds(5), cancel)).Dispose();
        var never = await Assert.ThrowsAsync<PhotoRefusedException>(() => gate.EnterAsync(101, cancel));
        Assert.Equal(("photo_needs_too_much_memory", 101), (never.Code, never.Bytes));
    }

    [Fact]
    public async Task One_alone_may_take_more_than_several_together()
    {
        using var gate = new PhotoGate(new PhotoLimits { Concurrency = 4, MemoryBytes = 100, SharedMemoryBytes = 60 });
        var cancel = TestContext.Current.CancellationToken;
        var first = await gate.EnterAsync(40, cancel);
        var large = gate.EnterAsync(90, cancel);
        Assert.False(large.IsCompleted);
        first.Dispose();

        var alone = await large.WaitAsync(TimeSpan.FromSeconds(5), cancel);
        var small = gate.EnterAsync(10, cancel);

        Assert.False(small.IsCompleted);
        alone.Dispose();
        (await small.WaitAsync(TimeSpan.FromSeconds(5), cancel)).Dispose();
    }

    // What scripts/memory-check saw: two of 48 megapixels, turned by their EXIF, end an Api that has 256 MB, and two of 12 or 24 do not.
    [Theory]
    [Trait("FieldCase", "PHO-06")]
    [InlineData("pho-06-24MP.jpg", true)]
    [InlineData("pho-06-48MP.jpg", false)]
    public void Only_what_fits_twice_is_read_twice_at_once(string file, bool fits)
    {
        var limits = new PhotoLimits();
        using var photo = File.OpenRead(Darkroom.FieldFile(file));

        Assert.Equal(fits, 2 * limits.MemoryFor(PhotoHeader.Read(photo)) <= limits.SharedMemoryBytes);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_no_hole()
    {
        using var gate = new PhotoGate(new PhotoLimits { Concurrency = 1, MemoryBytes = 100 });
        var first = await gate.EnterAsync(10, TestContext.Current.CancellationToken);
        using var impatient = new CancellationTokenSource();
        var gone = gate.EnterAsync(10, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        first.Dispose();

        for (var i = 0; i < 5; i++)
        {
            (await gate.EnterAsync(10, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken)).Dispose();
        }
    }

    [Fact]
    public async Task A_photo_that_takes_too_long_is_given_up()
    {
        using var room = new Darkroom(new PhotoLimits { Deadline = TimeSpan.FromMilliseconds(1) });

        var refused = await room.RefuseAsync(Darkroom.FieldFile("pho-06-48MP.jpg"));

        Assert.Equal("photo_processing_failed", refused.Code);
        Assert.IsType<OperationCanceledException>(refused.InnerException, exactMatch: false);
    }
}
