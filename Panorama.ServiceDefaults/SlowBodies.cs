using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Panorama.ServiceDefaults;

/// <summary>
/// How slowly a file may come. A phone at the edge of its network is silent for longer than the five seconds after which Kestrel gives up, and sends its photo in the end.
/// </summary>
public static class SlowBodies
{
    /// <summary>240 bytes a second, looked at after a minute: whoever has sent nothing by then is answered 408.</summary>
    public static MinDataRate Rate { get; } = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(60));

    /// <summary>Before the body of this request is read: where nothing is held that others need meanwhile.</summary>
    public static void AllowSlowBody(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } body)
        {
            body.MinDataRate = Rate;
        }
    }
}
