using System.Data.Common;
using Panorama.Core.Data;

namespace Panorama.Core.Jobs;

/// <summary>One firing of one job: the unique pair of job and firing is what keeps a firing from being worked twice.</summary>
public sealed class JobRun
{
    /// <summary>The name of the unique index over <see cref="Job"/> and <see cref="FiredAt"/>.</summary>
    public const string OncePerFiring = "job_runs_once_per_firing";

    public Guid Id { get; private set; }

    /// <summary>The job's key in the scheduler, for example <c>audit-verify</c>.</summary>
    public string Job { get; private set; } = "";

    /// <summary>The instant the firing was due; it names the firing, so a recovered run keeps it.</summary>
    public DateTimeOffset FiredAt { get; private set; }

    /// <summary>When work began; later than <see cref="FiredAt"/> after a misfire or a take-over.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Null while the run is going on, or for ever when its process died.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    public JobOutcome Outcome { get; private set; }

    /// <summary>What the job counts: rows removed, chains verified, partitions made.</summary>
    public long Items { get; private set; }

    /// <summary>A sentence without personal data; null when all went well.</summary>
    public string? Error { get; private set; }

    /// <summary>The scheduler instance that worked on it.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>1, or more after another instance took the firing over from one that died.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>The request that asked for it; null when the schedule did.</summary>
    public Guid? RequestId { get; private set; }

    /// <summary>Where the next run goes on; null when there is nothing left of this one.</summary>
    public string? Cursor { get; private set; }

    /// <summary>Who asked for it; null when the schedule did.</summary>
    public string? RequestedBy { get; private set; }

    /// <summary>Reads a row in the order of the columns that <see cref="JobRunLog"/> selects.</summary>
    internal static JobRun Read(DbDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Job = reader.GetString(1),
        FiredAt = reader.GetFieldValue<DateTimeOffset>(2),
        StartedAt = reader.GetFieldValue<DateTimeOffset>(3),
        FinishedAt = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
        Outcome = WireNames.Parse<JobOutcome>(reader.GetString(5)),
        Items = reader.GetInt64(6),
        Error = reader.IsDBNull(7) ? null : reader.GetString(7),
        Instance = reader.GetString(8),
        Attempt = reader.GetInt32(9),
        RequestedBy = reader.IsDBNull(10) ? null : reader.GetString(10),
    };
}
