namespace Panorama.Core.Storage;

/// <summary>What is written beside the objects and is not one yet; what a process left that died is removed at a later start.</summary>
internal static class UnfinishedFiles
{
    private const string Name = ".unfinished";
    private static readonly TimeSpan LeftFor = TimeSpan.FromDays(1);

    /// <summary>A name in the folder that nobody has.</summary>
    public static string NewPath(string root, TimeProvider clock) => Path.Combine(root, Name, $"{Guid.CreateVersion7(clock.GetUtcNow()):N}");

    /// <summary>A folder of one's own.</summary>
    public static DirectoryInfo MakeFolder(string root, TimeProvider clock) => Directory.CreateDirectory(NewPath(root, clock));

    public static void RemoveLeft(string root, TimeProvider clock)
    {
        var folder = Path.Combine(root, Name);
        DurableFiles.MakeFolder(folder);
        foreach (var left in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(f => f.LastWriteTimeUtc < clock.GetUtcNow().UtcDateTime - LeftFor))
        {
            if (left is DirectoryInfo { LinkTarget: null } upload)
            {
                upload.Delete(recursive: true);
            }
            else
            {
                left.Delete();
            }
        }
    }
}
