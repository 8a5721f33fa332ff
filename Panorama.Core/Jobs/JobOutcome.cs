namespace Panorama.Core.Jobs;

public enum JobOutcome
{
    Running,

    Succeeded,

    /// <summary>It ran to its end and found something that needs a person, for example a broken audit chain.</summary>
    Finding,

    Failed,

    /// <summary>Stopped half-way by a shutdown; the next firing goes on.</summary>
    Cancelled,

    /// <summary>Its time was over before its work; another run goes on at once.</summary>
    Partial,
}
