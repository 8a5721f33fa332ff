namespace Panorama.Web.Lists;

/// <summary>States of runs in the words of the vocabulary.</summary>
internal static class RunBadge
{
    public static string Of(string state) => state switch
    {
        "QUEUED" => "waiting",
        "RUNNING" => "running",
        "DONE" => "ok",
        "CANCELLED" => "cancelled",
        _ => "failed",
    };

    public static string OfItem(string state) => state switch
    {
        "PENDING" => "waiting",
        "CHANGED" => "changed",
        "UNDONE" => "undone",
        "SKIPPED" => "skipped",
        _ => "failed",
    };
}
