namespace Panorama.Core.Audit;

/// <summary>Something about a chain that an untouched database cannot show.</summary>
/// <param name="Reason">One of <see cref="AuditReasons"/>.</param>
/// <param name="Seq">The seal it concerns; null where it concerns a row without one.</param>
/// <param name="EventId">The row it concerns where there is no seal.</param>
public sealed record AuditFinding(string Reason, long? Seq, Guid? EventId = null);

/// <summary>Reasons of a finding. The first five come from the database function, the rest are checked outside it.</summary>
public static class AuditReasons
{
    /// <summary>A seq is missing, or the chain starts neither at 1 nor at a checkpoint.</summary>
    public const string Gap = "gap";

    /// <summary>A seal does not carry its predecessor's hash.</summary>
    public const string Link = "link";

    /// <summary>The stored row gives another hash, or sits in another chain.</summary>
    public const string Digest = "digest";

    /// <summary>A seal without its row.</summary>
    public const string Missing = "missing";

    /// <summary>The chain, or its newest checkpoint, is ahead of the last seal.</summary>
    public const string Truncated = "truncated";

    /// <summary>The seal at the newest checkpoint has another hash than was signed.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The newest checkpoint's signature is not the key's.</summary>
    public const string Signature = "signature";

    /// <summary>The newest checkpoint names a key that was not given.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>A row that is neither sealed nor waiting for its seal.</summary>
    public const string Unsealed = "unsealed";

    /// <summary>An address that does not match the row's commitment.</summary>
    public const string Personal = "personal";
}
