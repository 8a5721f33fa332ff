namespace Panorama.Core.Audit;

/// <summary>One kind of audit row.</summary>
/// <param name="Name">What the row's <c>action</c> says, for example <c>panorama.asset.created</c>.</param>
/// <param name="ResourceType">What the row's <c>resource_type</c> says.</param>
/// <param name="IsClusterWide">True where the row belongs to no tenant and is read by operators alone.</param>
public sealed record AuditAction(string Name, string ResourceType, bool IsClusterWide = false);
