using Npgsql;

namespace Panorama.Core.Data;

/// <summary>The database answers and takes no more data: its disk is full, or whoever runs it made it read-only, as managed services do over the plan's size.</summary>
public static class StorageFull
{
    /// <summary>Whether that is why a statement failed; not a constraint, and nothing that another try now would change.</summary>
    public static bool Is(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is PostgresException postgres)
            {
                return postgres.SqlState is PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction
                    // Where the file system gives another reason than "no space": a quota, or a limit of the file.
                    || (postgres.SqlState is PostgresErrorCodes.IoError or PostgresErrorCodes.OutOfMemory && postgres.MessageText.StartsWith("could not extend file", StringComparison.Ordinal));
            }
        }

        return false;
    }
}

/// <summary>What the statements of a process met lately: the one way to know of a full disk without writing to it.</summary>
public sealed class StorageWatch(TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    /// <summary>For whoever looks at the health of a process.</summary>
    public const string Message = "The database takes no more data: its disk is full or it is read-only.";

    private long _lastAt;
    private long _count;

    /// <summary>How often a statement failed for that.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Within the last minute.</summary>
    public bool IsFull => Interlocked.Read(ref _lastAt) is var at and not 0 && clock.GetElapsedTime(at) < Remembered;

    /// <summary>Remembers the failure if it is one of storage.</summary>
    public bool Saw(Exception exception)
    {
        if (!StorageFull.Is(exception))
        {
            return false;
        }

        Interlocked.Exchange(ref _lastAt, clock.GetTimestamp());
        Interlocked.Increment(ref _count);
        return true;
    }
}
