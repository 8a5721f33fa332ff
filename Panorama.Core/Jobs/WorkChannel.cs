namespace Panorama.Core.Jobs;

/// <summary>
/// Wakes the Worker early: <c>select pg_notify('panorama_work', 'imports')</c> in the transaction that queues. Where nobody listens (a pooler in
/// transaction mode) nothing is lost, only later.
/// </summary>
public static class WorkChannel
{
    public const string Name = "panorama_work";

    public const string Imports = "imports";
    public const string BulkRuns = "bulk_runs";

    /// <summary>Sent by a trigger of the outbox.</summary>
    public const string Notifications = "notifications";

    /// <summary>An operator asked for a run, a pause or its end.</summary>
    public const string Jobs = "jobs";
}
