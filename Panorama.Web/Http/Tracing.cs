using System.Diagnostics;

namespace Panorama.Web.Http;

internal static class Tracing
{
    /// <summary>What a person quotes to an administrator: the trace that both processes log.</summary>
    public static string Current(HttpContext? context) =>
        Activity.Current?.TraceId.ToHexString() ?? context?.TraceIdentifier ?? "";
}
