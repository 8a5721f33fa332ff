namespace Panorama.Core.Audit;

/// <summary>What verifying one chain gave.</summary>
/// <param name="From">First seq that was recomputed.</param>
/// <param name="Through">Last seq that was recomputed; below <paramref name="From"/> when there was none.</param>
/// <param name="HasCheckpoint">True when a checkpoint of <paramref name="Through"/> was written.</param>
public sealed record AuditChainResult(Guid ChainId, long From, long Through, IReadOnlyList<AuditFinding> Findings, bool HasCheckpoint);
