using Panorama.Api.Http;

namespace Panorama.Api.Tenancy;

/// <summary>
/// On a route of one read that does not depend on who asks: its session is opened in the same round trip, and whether the asker may is looked at before a row of
/// the answer is. To a database in another building that is half of the request's time.
/// </summary>
internal sealed class OpensWithRead;

/// <summary>The session that was opened with a read is over, or its organisation has the feature off, or its actor may not do this.</summary>
internal sealed class SessionRefusedException(ProblemKind problem) : Exception
{
    public ProblemKind Problem => problem;
}
