using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NetVips;
using Panorama.Core.Photos;

namespace Panorama.Benchmarks;

/// <summary>
/// Photos of 12 megapixels a second through the pipeline, which also makes a thumbnail and two digests, against <c>vipsthumbnail</c> making the large picture alone;
/// one and four in flight, in turns of one run. And what the pipeline adds to the process at most.
/// </summary>
internal static class PhotoDarkroom
{
    private const int Width = 4_000;
    private const int Height = 3_000;
    private static readonly int[] InFlight = [1, 4];

    /// <summary>A photo of 12 megapixels as a camera writes it.</summary>
    public static byte[] MakePhoto()
    {
        using var picture = MakePicture();
        return picture.JpegsaveBuffer(q: 92);
    }

    private static Image MakePicture()
    {
        using var noise = Image.Gaussnoise(Width / 4, Height / 4, sigma: 40, mean: 128);
        return noise.Resize(4).Bandjoin([noise.Resize(4), noise.Resize(4)]).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    public static async Task RunAsync(int photos)
    {
        var folder = Directory.CreateTempSubdirectory("panorama-bench-photos-").FullName;
        try
        {
            string plain = Path.Combine(folder, "plain.jpg"), profiled = Path.Combine(folder, "profiled.jpg");
            using (var picture = MakePicture())
            {
                picture.Jpegsave(plain, q: 92);
                picture.Jpegsave(profiled, q: 92, profile: "p3");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Width} × {Height} JPEG of {new FileInfo(plain).Length / 1024:N0} kB, {photos} photos each"));
            Console.WriteLine("| colours | in flight | pipeline, photos/s | vipsthumbnail, photos/s | time of ours against theirs (limit 1.1) | added to the process at most, MB |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
            foreach (var (source, inFlight) in InFlight.Select(n => (plain, n)).Concat(InFlight.Select(n => (profiled, n))))
            {
                using var processor = new PhotoProcessor(new PhotoLimits { Concurrency = inFlight });
                await OursAsync(processor, folder, source, inFlight);
                var before = Memory("VmRSS");
                File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew
                TimeSpan ours = default, theirs = default;
                for (var done = 0; done < photos; done += inFlight)
                {
                    ours += await TimedAsync(() => OursAsync(processor, folder, source, inFlight));
                    theirs += await TimedAsync(() => TheirsAsync(folder, source, inFlight));
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {(source == plain ? "sRGB" : "of a phone's profile (P3)")} | {inFlight} | {photos / ours.TotalSeconds:F1} | {photos / theirs.TotalSeconds:F1} | {ours / theirs:F2} | {(Memory("VmHWM") - before) / 1024} |"));
            }

            await EstimatesAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the gate reckons with, against what the process took more at most, for each way in which a file makes its decoder hold the picture.</summary>
    private static async Task EstimatesAsync(string folder)
    {
        var limits = new PhotoLimits { MemoryBytes = long.MaxValue }; // none is refused
        using var processor = new PhotoProcessor(limits);
        Console.WriteLine("| file | reckoned, MB | added to the process at most, MB |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var (name, width, height, save) in new (string, int, int, Action<Image, string>)[]
        {
            ("JPEG, one scan", 8_000, 6_000, (picture, path) => picture.Jpegsave(path)), ("JPEG, progressive", 5_600, 4_200, (picture, path) => picture.Jpegsave(path, interlace: true)),
            ("PNG", 8_000, 6_000, (picture, path) => picture.Pngsave(path, compression: 1)), ("PNG, interlaced", 5_600, 4_200, (picture, path) => picture.Pngsave(path, compression: 1, interlace: true)),
            ("WebP", 5_000, 4_000, (picture, path) => picture.Webpsave(path)), ("WebP, lossless", 5_000, 4_000, (picture, path) => picture.Webpsave(path, lossless: true, effort: 0)),
        })
        {
            var source = Path.Combine(folder, "file");
            using (var noise = Image.Gaussnoise(width / 4, height / 4, sigma: 40, mean: 128).Resize(4))
            using (var picture = noise.Bandjoin([noise, noise]).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb))
            {
                save(picture, source);
            }

            long reckoned;
            await using (var file = File.OpenRead(source))
            {
                reckoned = limits.MemoryFor(PhotoHeader.Read(file));
            }

            await OursAsync(processor, folder, Path.Combine(folder, "plain.jpg"), inFlight: 1);
            Trim();
            var before = Memory("VmRSS");
            File.WriteAllText("/proc/self/clear_refs", "5");
            await OursAsync(processor, folder, source, inFlight: 1);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name}, {width * height / 1_000_000} MP | {reckoned / 1024 / 1024} | {(Memory("VmHWM") - before) / 1024} |"));
        }
    }

    private static void Trim()
    {
        GC.Collect();
        _ = TrimHeap(0);
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int TrimHeap(nint keep);

    private static async Task OursAsync(PhotoProcessor processor, string folder, string source, int inFlight) => await Task.WhenAll(Enumerable.Range(0, inFlight).Select(i =>
        processor.ProcessAsync(source, Path.Combine(folder, $"ours-{i}.jpg"), Path.Combine(folder, $"ours-{i}-t.jpg"), TimeZoneInfo.Utc, maxDimension: null, CancellationToken.None)));

    private static Task TheirsAsync(string folder, string source, int inFlight) => Task.WhenAll(Enumerable.Range(0, inFlight).Select(async i =>
    {
        using var process = Process.Start(new ProcessStartInfo("vipsthumbnail", [source, "--size", "2048x2048>", "--eprofile", "srgb", "-o", Path.Combine(folder, $"theirs-{i}.jpg[Q=85,strip]")])
        {
            Environment = { ["VIPS_CONCURRENCY"] = "1" },
        }) ?? throw new InvalidOperationException("vipsthumbnail is not installed: apt-get install libvips-tools");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("vipsthumbnail failed.");
        }
    }));

    private static async Task<TimeSpan> TimedAsync(Func<Task> act)
    {
        var started = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>In kB, of proc(5).</summary>
    private static long Memory(string key) => File.ReadLines("/proc/self/status").Where(l => l.StartsWith(key, StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).First();
}
