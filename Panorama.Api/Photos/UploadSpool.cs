using Microsoft.Extensions.Options;
using Panorama.Core.Storage;

namespace Panorama.Api.Photos;

/// <summary>
/// Where uploads wait: on the volume of STORAGE_DIRECTORY where one is given, since a container's folder for temporary files may be a few megabytes of its
/// memory; else there.
/// </summary>
internal sealed class UploadSpool(IOptions<StorageOptions> options, TimeProvider clock)
{
    /// <exception cref="IOException">There is no room for a folder.</exception>
    public Spool Open() => new(options.Value.Folder is { } folder ? UnfinishedFiles.MakeFolder(folder, clock) : Directory.CreateTempSubdirectory("panorama-upload-"));
}

/// <summary>A folder of its own for one upload, gone with it.</summary>
internal sealed class Spool(DirectoryInfo folder) : IDisposable
{
    public string Upload => Path.Combine(folder.FullName, "upload");

    public string Photo => Path.Combine(folder.FullName, "photo.jpg");

    public string Thumbnail => Path.Combine(folder.FullName, "thumbnail.jpg");

    public void Dispose()
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Removed at a later start, or by the machine's own sweep of temporary files.
        }
    }
}

/// <summary>The disk on which uploads wait takes no more: not the sender's fault.</summary>
internal sealed class SpoolFullException(IOException inner) : Exception("An upload cannot be written to the folder where uploads wait.", inner);
