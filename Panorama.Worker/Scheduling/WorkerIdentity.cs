using System.Security.Cryptography;

namespace Panorama.Worker.Scheduling;

/// <summary>Which worker this is, in the cluster and in <c>job_runs</c>: machine and process for the reader, a random tail so that no two ever share it.</summary>
internal sealed class WorkerIdentity
{
    public string Instance { get; } =
        $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
}
