namespace Panorama.Core.Jobs;

public enum JobAction
{
    /// <summary>One run now, beside those of the schedule.</summary>
    Run,

    /// <summary>No run of the schedule until it is resumed.</summary>
    Pause,

    Resume,
}

/// <summary>What an operator wants of a job. Whoever asks need not reach a Worker: one takes it from the table.</summary>
public sealed class JobRequest
{
    public Guid Id { get; private set; }

    public string Job { get; private set; } = "";

    public JobAction Action { get; private set; }

    /// <summary>The account and machine of the command line, or the address that used the operator's page.</summary>
    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    /// <summary>When a Worker gave it to the scheduler; null while it waits.</summary>
    public DateTimeOffset? HandledAt { get; private set; }

    public string? HandledBy { get; private set; }

    /// <summary>Why it could not be done; null when it was.</summary>
    public string? Refusal { get; private set; }
}
