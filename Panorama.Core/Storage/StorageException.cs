namespace Panorama.Core.Storage;

/// <summary>What went wrong with a store, as far as it makes a difference to whoever asked.</summary>
public enum StorageFault
{
    /// <summary>Not reached, or it answered that it cannot now. Trying later may help.</summary>
    Unavailable,

    /// <summary>No answer in time.</summary>
    TooSlow,

    /// <summary>No room, or over its quota.</summary>
    Full,

    /// <summary>The key pair or the rights of the folder do not allow it.</summary>
    Denied,

    /// <summary>There is no such bucket.</summary>
    BucketMissing,

    /// <summary>Signed for another region.</summary>
    WrongRegion,

    /// <summary>This machine's clock and the store's differ by more than the store allows.</summary>
    ClockSkewed,

    /// <summary>Whoever likes can read what is stored.</summary>
    Public,

    /// <summary>Its address leads into a private network that the settings do not allow.</summary>
    Private,

    /// <summary>What arrived is not what was announced, or what is stored is not whole.</summary>
    Damaged,

    /// <summary>A key that is none, or somebody else's.</summary>
    Key,

    /// <summary>The settings name no store.</summary>
    NotConfigured,

    /// <summary>The store does not do what was asked, such as encryption.</summary>
    Unsupported,
}

/// <summary>A store did not do what it was asked. The message holds no header, credential, key or address: it may be logged and shown to an operator.</summary>
public sealed class StorageException(string code, StorageFault fault, string sentence) : Exception($"{code}: {sentence}")
{
    public const string WriteFailed = "storage_write_failed";
    public const string ReadFailed = "storage_read_failed";
    public const string DeleteFailed = "storage_delete_failed";
    public const string PresignFailed = "storage_presign_failed";
    public const string InvalidShape = "object_storage_key_invalid_shape";
    public const string TenantMismatch = "object_storage_key_tenant_mismatch";

    /// <summary>Stable.</summary>
    public string Code { get; } = code;

    public StorageFault Fault { get; } = fault;

    /// <summary>What is wrong, for an operator.</summary>
    public string Sentence { get; } = sentence;
}
