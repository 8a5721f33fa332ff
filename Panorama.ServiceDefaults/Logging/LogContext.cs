using System.Diagnostics;

namespace Panorama.ServiceDefaults.Logging;

/// <summary>What every record of a request says of it: kept as tags of its trace, so that the logs have it where no trace is collected, too. Ids alone.</summary>
public static class LogContext
{
    internal const string Request = "panorama.request.id";
    internal const string Tenant = "panorama.tenant.id";
    internal const string User = "panorama.user.id";

    public static void IsRequest(string id) => Activity.Current?.SetTag(Request, id);

    /// <param name="tenantId">Null for somebody without an organisation.</param>
    public static void ActsFor(Guid userId, Guid? tenantId) => Activity.Current?.SetTag(User, userId.ToString()).SetTag(Tenant, tenantId?.ToString());

    /// <summary>The tag of the request, from wherever below it something is logged.</summary>
    internal static string? Find(string tag)
    {
        for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
        {
            if (activity.GetTagItem(tag) is string value)
            {
                return value;
            }
        }

        return null;
    }
}
