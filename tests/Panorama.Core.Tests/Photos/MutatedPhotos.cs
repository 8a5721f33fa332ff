using System.Globalization;
using System.Text;
using NetVips;
using Panorama.Core.Photos;

namespace Panorama.Core.Tests.Photos;

/// <summary>Files that are almost photos: each is refused by a code or becomes a clean picture, soon and within the memory that the process has for it.</summary>
[Collection(nameof(MutatedPhotos))]
[CollectionDefinition(nameof(MutatedPhotos), DisableParallelization = true)]
public sealed class MutatedPhotos
{
    private static readonly string[] Codes = ["empty_photo", "unsupported_media_type", "photo_too_large_pixels", "photo_needs_too_much_memory", "photo_processing_failed"];
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(15);

    [Fact]
    public Task A_hundred_of_them() => TryAsync(seed: 20_261_127, files: 100);

    [Trait("Tier", "Full")]
    [Fact]
    public Task A_thousand_of_them() => TryAsync(seed: Random.Shared.Next(), files: 1_000);

    private static async Task TryAsync(int seed, int files)
    {
        using var room = new Darkroom();
        var random = new Random(seed);
        var originals = await OriginalsAsync(room);
        await room.DevelopFieldFileAsync("pho-06-48MP.jpg"); // what the decoder keeps for good is not counted
        var before = ProcessMemory.Resident;
        ProcessMemory.ForgetPeak();
        int refused = 0, developed = 0;
        for (var i = 0; i < files; i++)
        {
            var source = room.Write(Mutate(originals[random.Next(originals.Count)], originals, random));
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                var photo = await room.DevelopAsync(source);
                await AssertCleanAsync(photo);
                developed++;
            }
            catch (PhotoRefusedException exception)
            {
                Assert.Contains(exception.Code, Codes);
                refused++;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Slowest, string.Create(CultureInfo.InvariantCulture, $"seed {seed}, file {i}"));
            File.Delete(source);
        }

        Assert.True(refused > files / 10 && developed > files / 10, string.Create(CultureInfo.InvariantCulture, $"{refused} refused, {developed} developed: the mutations are too rough or too tame (seed {seed})"));
        Assert.InRange(ProcessMemory.Peak - before, long.MinValue, 256L * 1024 * 1024);
    }

    private static async Task AssertCleanAsync(Developed photo)
    {
        foreach (var path in new[] { photo.Photo, photo.Thumbnail })
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("QAMARKER", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            Assert.Equal(["DHT", "DQT", "SOF0", "SOS"], JpegSegments.Names(bytes).Distinct().Order(StringComparer.Ordinal));
            using var image = Image.NewFromFile(path);
            Assert.InRange(Math.Max(image.Width, image.Height), 1, 2048);
            Assert.Equal(3, image.Bands);
        }
    }

    private static async Task<List<byte[]>> OriginalsAsync(Darkroom room)
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(Darkroom.FieldFile("x"))!, "pho-*").Where(f => !f.Contains("MP.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        using (var picture = Image.Gaussnoise(900, 700, sigma: 60, mean: 128).Cast(Enums.BandFormat.Uchar))
        {
            foreach (var (extension, save) in new (string, Action<string>)[]
            {
                (".jpg", path => picture.Jpegsave(path, interlace: true)), (".png", path => picture.Pngsave(path, interlace: true)),
                (".png", path => (picture * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16).Pngsave(path)), (".webp", path => picture.Webpsave(path, lossless: true)),
            })
            {
                files.Add(room.NewPath(extension));
                save(files[^1]);
            }
        }

        var originals = new List<byte[]>();
        foreach (var file in files)
        {
            originals.Add(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        }

        return originals;
    }

    private static byte[] Mutate(byte[] original, List<byte[]> all, Random random)
    {
        var file = original.ToArray();
        if (file.Length < 64)
        {
            return file;
        }

        switch (random.Next(7))
        {
            case 0: // cut
                return file[..random.Next(file.Length)];
            case 1: // a few bits
                for (var n = random.Next(1, 20); n > 0; n--)
                {
                    file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                }

                return file;
            case 2: // sizes and lengths, which stand near the beginning
                file[random.Next(4, 64)] = (byte)random.Next(256);
                file[random.Next(4, 64)] = 0xFF;
                return file;
            case 3: // the end of one behind the beginning of another
                var other = all[random.Next(all.Count)];
                return [.. file.AsSpan(0, random.Next(file.Length)), .. other.AsSpan(random.Next(other.Length + 1))];
            case 4: // a piece twice
                var at = random.Next(file.Length);
                return [.. file.AsSpan(0, at), .. file.AsSpan(random.Next(at + 1))];
            case 5: // a document in front, or behind
                var script = "<html><script>QAMARKER</script></html>"u8;
                return random.Next(2) == 0 ? [.. script, .. file] : [.. file, .. script];
            default: // a piece of nothing
                file.AsSpan(random.Next(file.Length - 16), 16).Clear();
                return file;
        }
    }
}
