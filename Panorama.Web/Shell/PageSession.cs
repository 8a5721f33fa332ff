using Panorama.Web.Api;

namespace Panorama.Web.Shell;

/// <summary>Who looks at this page, read once per request before it renders.</summary>
internal sealed class PageSession
{
    /// <summary>Null when nobody is signed in, or Api did not say.</summary>
    public Viewer? Me { get; set; }

    /// <summary>Why there is no answer, when Api could not give one.</summary>
    public ApiProblem? Outage { get; set; }
}

/// <summary>A page that shows itself to somebody who is not signed in.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PublicPageAttribute : Attribute;

/// <summary>A page that needs a session but no organisation.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WithoutOrganisationAttribute : Attribute;
