namespace Panorama.Worker.Management;

/// <summary>What the operator's page and its JSON show.</summary>
internal sealed record WorkerStatus(
    string Version, string Instance, DateTimeOffset Now, SchedulerStatusAnswer Scheduler, IReadOnlyList<JobAnswer> Jobs, SealerAnswer Sealer);

internal sealed record SchedulerStatusAnswer(string State, IReadOnlyList<NodeAnswer> Nodes);

/// <param name="LastCheckInAt">Null before its first check-in.</param>
internal sealed record NodeAnswer(string Instance, DateTimeOffset? LastCheckInAt, string State, bool IsThisWorker);

/// <param name="State">The trigger's: <c>Normal</c>, <c>Paused</c>, <c>Blocked</c> while it runs, <c>Error</c>; <c>None</c> when it is not scheduled.</param>
/// <param name="NextRunAt">Null when it is not scheduled.</param>
/// <param name="LastRun">Null when it never ran.</param>
internal sealed record JobAnswer(
    string Name, string Does, string Cron, string TimeZone, string Misfire, string State, DateTimeOffset? NextRunAt,
    PauseAnswer? Pause, RunAnswer? LastRun);

/// <param name="RequestedBy">Null when nobody said so.</param>
internal sealed record PauseAnswer(string? RequestedBy, DateTimeOffset? Since);

/// <param name="DurationMs">Null while it runs.</param>
internal sealed record RunAnswer(
    DateTimeOffset FiredAt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, long? DurationMs, string Outcome, long Items, string? Error,
    string Instance, int Attempt, string? RequestedBy);

internal sealed record JobHistory(string Name, string Does, IReadOnlyList<RunAnswer> Runs);

/// <param name="State"><c>idle</c>, <c>working</c>, <c>failing</c> or <c>starting</c>.</param>
internal sealed record SealerAnswer(
    string State, DateTimeOffset? LastPassAt, DateTimeOffset? LastSealedAt, long SealedRows, long Waiting, DateTimeOffset? OldestWaitingAt, string? Problem);
