using Panorama.Core.Photos;

namespace Panorama.Core.Tests.Photos;

/// <summary>A processor, and a folder of its own in which its files lie until the test is over.</summary>
internal sealed class Darkroom : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panorama-photos-").FullName;
    private readonly PhotoProcessor _processor;
    private int _files;

    public Darkroom(PhotoLimits? limits = null) => _processor = new PhotoProcessor(limits ?? new PhotoLimits());

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public static string FieldFile(string name) => Path.Combine(AppContext.BaseDirectory, "Data", "field", name);

    public string NewPath(string extension = "") => Path.Combine(_folder, $"{Interlocked.Increment(ref _files)}{extension}");

    public string Write(ReadOnlySpan<byte> bytes)
    {
        var path = NewPath();
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public async Task<Developed> DevelopAsync(string source)
    {
        string photo = NewPath(".jpg"), thumbnail = NewPath(".jpg");
        var result = await _processor.ProcessAsync(source, photo, thumbnail, Zone, maxDimension: null, TestContext.Current.CancellationToken);
        return new Developed(result, photo, thumbnail);
    }

    public Task<Developed> DevelopFieldFileAsync(string name) => DevelopAsync(FieldFile(name));

    public async Task<PhotoRefusedException> RefuseAsync(string source) => await Assert.ThrowsAsync<PhotoRefusedException>(() => DevelopAsync(source));

    public void Dispose()
    {
        _processor.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <param name="Photo">Path of the stored picture.</param>
/// <param name="Thumbnail">Path of the small one.</param>
internal sealed record Developed(ProcessedPhoto Result, string Photo, string Thumbnail);
