using System.Diagnostics.Metrics;

namespace Panorama.Api.Http;

/// <summary>Who was kept out, and by what. No label names a person, an address or a tenant.</summary>
internal static class AccessMetrics
{
    private static readonly Meter Meter = new("Panorama.Api");
    private static readonly Counter<long> Limited = Meter.CreateCounter<long>("panorama.limits.refused", "{request}", "Requests over a limit, by scope.");
    private static readonly Counter<long> SignIns = Meter.CreateCounter<long>("panorama.sign_in.refused", "{attempt}", "Sign-ins refused, by kind.");

    private static int s_begun;
    private static long s_denied;
    private static long s_away;
    private static long s_busy;

    /// <summary>From here on the counts that must be seen at zero are there: an alert on what never happened yet has to see it happen.</summary>
    public static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) == 1)
        {
            return;
        }

        Meter.CreateObservableCounter("panorama.database.denied", () => Interlocked.Read(ref s_denied), "{statement}", "Statements that the database refused for want of a right: a bug, or an attack.");
        Meter.CreateObservableCounter("panorama.database.away", () => Interlocked.Read(ref s_away), "{request}", "Requests answered 503 because the database was not there.");
        Meter.CreateObservableCounter("panorama.database.busy", () => Interlocked.Read(ref s_busy), "{request}", "Requests answered 503 because every connection was in use.");
    }

    public static void LimitRefused(string scope) => Limited.Add(1, new KeyValuePair<string, object?>("scope", scope));

    public static void SignInRefused(string kind) => SignIns.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public static void DatabaseDenied() => Interlocked.Increment(ref s_denied);

    public static void DatabaseBusy() => Interlocked.Increment(ref s_busy);

    public static void DatabaseAway() => Interlocked.Increment(ref s_away);
}
