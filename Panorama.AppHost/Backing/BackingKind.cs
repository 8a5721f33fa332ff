namespace Panorama.AppHost.Backing;

/// <summary>Where PostgreSQL and Redis come from.</summary>
internal enum BackingKind
{
    /// <summary>Real servers as processes of this machine.</summary>
    Local,

    /// <summary>Containers.</summary>
    Containers,

    /// <summary>Services that run elsewhere and are given by connection strings.</summary>
    External,
}
