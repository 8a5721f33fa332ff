using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Panorama.Core.Storage;

/// <summary>Names that survive a power cut: a rename rests in its folder, and a folder has to be written out, too.</summary>
internal static partial class DurableFiles
{
    /// <summary>Makes each missing folder and writes out the one it was made in.</summary>
    public static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
        {
            MakeFolder(parent);
        }

        Directory.CreateDirectory(folder);
        if (parent is not null)
        {
            SyncFolder(parent);
        }
    }

    /// <exception cref="IOException">The system refused; <see cref="Exception.HResult"/> is its number.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals its names
        }

        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw Failure();
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure();
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure()
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException(new Win32Exception(number).Message, number);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
