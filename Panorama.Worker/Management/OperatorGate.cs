using System.Net;

namespace Panorama.Worker.Management;

/// <summary>
/// The operator's page has no sign-in: who reaches the port may use it. So a browser must not be made to use it by a page of somebody else, neither
/// across sites nor through a name that was made to point here.
/// </summary>
internal static class OperatorGate
{
    /// <returns>Why the request is refused, or null.</returns>
    public static string? Problem(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers["Sec-Fetch-Site"] is { Count: > 0 } site && (site.Count > 1 || site.ToString() is not ("same-origin" or "none")))
        {
            return "Refused: another site's page sent this.";
        }

        if (headers.Origin is { Count: > 0 } origin && origin.ToString() != $"{request.Scheme}://{request.Host}")
        {
            return "Refused: another site's page sent this.";
        }

        return IsPrivateName(request.Host.Host) ? null : $"Refused: open this page by an address or a private name, not as {request.Host.Host}.";
    }

    /// <summary>For what is only read: a link from elsewhere may lead here, a name that was made to point here may not read.</summary>
    public static RouteHandlerBuilder ReadByPrivateNames(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
        IsPrivateName(context.HttpContext.Request.Host.Host) ? await next(context) : Results.Text(
            $"Refused: open this page by an address or a private name, not as {context.HttpContext.Request.Host.Host}.\n", statusCode: StatusCodes.Status403Forbidden));

    /// <summary>Nobody outside can make these names point at this machine.</summary>
    private static bool IsPrivateName(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
        || !host.Contains('.', StringComparison.Ordinal)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
}
