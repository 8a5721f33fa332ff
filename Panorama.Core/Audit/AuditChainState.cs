namespace Panorama.Core.Audit;

/// <summary>A chain's last seal and newest checkpoint, each null where there is none.</summary>
public sealed record AuditChainState(Guid ChainId, AuditPoint? Head, SignedAuditPoint? Checkpoint)
{
    /// <summary>The chain of rows that belong to no tenant.</summary>
    public static readonly Guid ClusterChain = Guid.Empty;

    /// <summary>True when something was sealed, or disappeared, since the newest checkpoint.</summary>
    public bool HasMoved => Head is null
        ? Checkpoint is not null
        : Checkpoint is null || Head.Seq != Checkpoint.Seq || !Head.Hash.AsSpan().SequenceEqual(Checkpoint.Hash);
}

public sealed record AuditPoint(long Seq, byte[] Hash);

public sealed record SignedAuditPoint(long Seq, byte[] Hash, string KeyId, byte[] Signature);
