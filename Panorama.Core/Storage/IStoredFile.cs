namespace Panorama.Core.Storage;

/// <summary>A row that names what somebody uploaded.</summary>
public interface IStoredFile
{
    Guid Id { get; }
    Guid TenantId { get; }
    Guid? AssetId { get; }

    /// <summary>Made by whoever uploads, the same at each try.</summary>
    Guid ClientUploadKey { get; }
    Guid UploadedByUserId { get; }

    /// <summary>Not shown since; the sweep removes object and row later.</summary>
    DateTimeOffset? DeletedAt { get; }

    /// <summary>Neither the sweep nor an erasure may touch it.</summary>
    bool LegalHold { get; }
    int Version { get; }
}
