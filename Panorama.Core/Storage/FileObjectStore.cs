using System.Runtime.CompilerServices;

namespace Panorama.Core.Storage;

/// <summary>Objects as files below one folder, for a single machine or a shared volume. Several processes may use it at once.</summary>
internal sealed class FileObjectStore : IObjectStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly string _root;
    private readonly FileLinks? _links;
    private readonly TimeProvider _clock;

    /// <param name="links">Null where nothing may be signed: without DATA_KEY.</param>
    public FileObjectStore(string root, FileLinks? links, TimeProvider clock)
    {
        (_root, _links, _clock) = (Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)), links, clock);
        Capabilities = new("filesystem", links is not null);
    }

    public StoreCapabilities Capabilities { get; }

    public async Task PutAsync(ObjectKey key, Stream body, ObjectContent content, CancellationToken cancellationToken)
    {
        content.Check();
        var unfinished = UnfinishedFiles.NewPath(_root, _clock);
        await using var source = new CheckedBody(body, content);
        try
        {
            var target = Target(key, StorageException.WriteFailed);
            body.Position = 0;
            DurableFiles.MakeFolder(Path.GetDirectoryName(unfinished)!);
            await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await source.CopyToAsync(file, cancellationToken);
                await file.WriteAsync(FileFooter.Write(content), cancellationToken);
                file.Flush(flushToDisk: true);
            }

            var folder = Path.GetDirectoryName(target)!;
            DurableFiles.MakeFolder(folder);
            File.Move(unfinished, target, overwrite: true);
            DurableFiles.SyncFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw source.IsWrong ? new StorageException(StorageException.WriteFailed, StorageFault.Damaged, "The body is not the one that was announced.")
                : FileFaults.From(exception, StorageException.WriteFailed);
        }
        finally
        {
            Forget(unfinished);
        }
    }

    public async Task<StoredObject?> OpenReadAsync(ObjectKey key, ByteRange? range, CancellationToken cancellationToken)
    {
        if (await OpenAsync(key, cancellationToken) is not ({ } file, { } head))
        {
            return null;
        }

        var from = Math.Min(range?.From ?? 0, head.Length);
        var length = Math.Min(range?.Length ?? long.MaxValue, head.Length - from);
        file.Position = from;
        return new StoredObject(head, new StoredBody(file, length, owner: null, Patience, _clock), length);
    }

    public async Task<ObjectHead?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var (file, head) = await OpenAsync(key, cancellationToken);
        if (file is not null)
        {
            await file.DisposeAsync();
        }

        return head;
    }

    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            var target = Target(key, StorageException.DeleteFailed);
            if (File.Exists(target))
            {
                File.Delete(target);
                DurableFiles.SyncFolder(Path.GetDirectoryName(target)!);
            }

            return Task.CompletedTask;
        }
        catch (DirectoryNotFoundException)
        {
            return Task.CompletedTask;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.From(exception, StorageException.DeleteFailed);
        }
    }

    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = prefix.Contains('/', StringComparison.Ordinal) ? prefix[..prefix.LastIndexOf('/')] : "";
        if (folder.Split('/').Any(part => part is "." or ".."))
        {
            throw new StorageException(StorageException.InvalidShape, StorageFault.Key, "A prefix has no dots for a part.");
        }

        var waiting = new Stack<string>([Path.Combine(_root, folder.TrimStart('/'))]);
        while (waiting.TryPop(out var next))
        {
            await Task.CompletedTask;
            foreach (var entry in Entries(next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = Path.GetRelativePath(_root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
                if (entry.LinkTarget is not null || name.StartsWith('.'))
                {
                    continue;
                }

                if (entry is DirectoryInfo)
                {
                    waiting.Push(entry.FullName);
                }
                else if (name.StartsWith(prefix, StringComparison.Ordinal) && entry is FileInfo { Exists: true } file)
                {
                    yield return new ListedObject(name, Math.Max(0, file.Length - FileFooter.Bytes), Seconds(file.LastWriteTimeUtc));
                }
            }
        }
    }

    public Uri SignGet(ObjectKey key, TimeSpan lifetime, string? fileName, string contentType) => _links is { } links
        ? new Uri($"/api/files/{links.Sign(key, lifetime, fileName, contentType)}", UriKind.Relative)
        : throw new StorageException(StorageException.PresignFailed, StorageFault.NotConfigured, "Links are signed by the Api alone, with DATA_KEY.");

    /// <summary>Whether it can be written to; leftovers of processes that died are removed.</summary>
    /// <exception cref="StorageException">It cannot.</exception>
    public void Probe()
    {
        try
        {
            UnfinishedFiles.RemoveLeft(_root, _clock);
            var probe = UnfinishedFiles.NewPath(_root, _clock);
            File.WriteAllBytes(probe, new byte[FileFooter.Bytes]);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.From(exception, StorageException.WriteFailed);
        }
    }

    private async Task<(FileStream? File, ObjectHead? Head)> OpenAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(Target(key, StorageException.ReadFailed), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            var length = file.Length - FileFooter.Bytes;
            var footer = new byte[FileFooter.Bytes];
            if (length >= 0)
            {
                file.Position = length;
                await file.ReadExactlyAsync(footer, cancellationToken);
            }

            var head = FileFooter.Read(footer, length, Seconds(File.GetLastWriteTimeUtc(file.SafeFileHandle)))
                ?? throw new StorageException(StorageException.ReadFailed, StorageFault.Damaged, "The stored file is not whole.");
            return (file, head);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null);
        }
        catch (Exception exception)
        {
            file?.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw FileFaults.From(exception, StorageException.ReadFailed);
            }

            throw;
        }
    }

    // A key has no dots for a part; what is left is a link that somebody put into the folder.
    private string Target(ObjectKey key, string code)
    {
        var path = _root;
        foreach (var part in key.Text.Split('/'))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new StorageException(code, StorageFault.Denied, "The folder of STORAGE_DIRECTORY holds a symbolic link where an object belongs.");
            }
        }

        return path;
    }

    private static List<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.From(exception, StorageException.ReadFailed);
        }
    }

    private static void Forget(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Removed at a later start.
        }
    }

    private static DateTimeOffset Seconds(DateTime written) => new(written.Ticks - (written.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
