namespace Panorama.Core.Storage;

/// <summary>What the system's refusals mean.</summary>
internal static class FileFaults
{
    private const int NoSpace = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int ReadOnly = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static StorageException From(Exception exception, string code) => exception switch
    {
        UnauthorizedAccessException => Denied(code),
        IOException { HResult: ReadOnly } => new(code, StorageFault.Denied, "The folder of STORAGE_DIRECTORY is mounted for reading alone."),
        IOException { HResult: NoSpace or QuotaLinux or QuotaMac or WindowsDiskFull } => new(code, StorageFault.Full, "The disk of STORAGE_DIRECTORY is full."),
        _ => new(code, StorageFault.Unavailable, $"The folder of STORAGE_DIRECTORY does not work ({exception.GetType().Name} {exception.HResult})."),
    };

    public static StorageException Denied(string code) => new(code, StorageFault.Denied, "The user of this process has no right to the folder of STORAGE_DIRECTORY.");
}
