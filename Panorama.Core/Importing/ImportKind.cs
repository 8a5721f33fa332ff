using Panorama.Core.Data;

namespace Panorama.Core.Importing;

/// <summary>What the rows of a file are.</summary>
[WireCase(WireCase.SnakeLower)]
public enum ImportKind
{
    Assets,

    /// <summary>People, found by e-mail address or username. They get no password and no role beyond driver.</summary>
    Users,

    /// <summary>Places, found by name.</summary>
    Locations,
}
