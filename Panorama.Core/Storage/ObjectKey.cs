using System.Globalization;
using System.Text.RegularExpressions;

namespace Panorama.Core.Storage;

/// <summary>What an object hangs on.</summary>
public enum ObjectArea
{
    Assets,
    Inspections,
    Maintenance,
    Custody,
}

/// <summary>Whether an object is a picture of ours or a file as somebody sent it.</summary>
public enum ObjectKind
{
    Photos,
    Files,
}

/// <summary>
/// Name of an object: <c>tenants/{tenant}/{area}/{owner}/{photos|files}/{id}[_t].{ext}</c>. There is no other way to one than the methods here, so
/// whoever holds a key holds one of the right shape.
/// </summary>
public sealed partial record ObjectKey
{
    /// <summary>The shape, also for a CHECK in PostgreSQL: both read it alike.</summary>
    public const string Shape =
        "^tenants/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/(assets|inspections|maintenance|custody)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
        + "/(photos|files)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_t)?[.][a-z0-9]{1,8}$";

    private ObjectKey(string text) => Text = text;

    /// <summary>As it is stored.</summary>
    public string Text { get; }

    /// <summary>Whose it is.</summary>
    public Guid TenantId => Guid.ParseExact(Text.AsSpan("tenants/".Length, 36), "D");

    /// <summary>Of the row that names it.</summary>
    public Guid Id => Guid.ParseExact(Text.AsSpan(Text.LastIndexOf('/') + 1, 36), "D");

    /// <summary>A picture's small copy has the key of the picture and <c>_t</c>.</summary>
    public bool IsThumbnail => Text[Text.LastIndexOf('.') - 1] == 't' && Text[Text.LastIndexOf('.') - 2] == '_';

    /// <param name="id">Of the row.</param>
    /// <param name="extension">Without the point: one to eight small letters and digits.</param>
    /// <exception cref="StorageException"><c>object_storage_key_invalid_shape</c>: an id is empty or the extension is none.</exception>
    public static ObjectKey For(Guid tenantId, ObjectArea area, Guid ownerId, ObjectKind kind, Guid id, string extension, bool isThumbnail = false)
    {
        if (tenantId == Guid.Empty || ownerId == Guid.Empty || id == Guid.Empty)
        {
            throw InvalidShape();
        }

        return Parse(
            string.Create(
                CultureInfo.InvariantCulture,
                $"tenants/{tenantId:D}/{area.ToString().ToLowerInvariant()}/{ownerId:D}/{kind.ToString().ToLowerInvariant()}/{id:D}{(isThumbnail ? "_t" : "")}.{extension}"),
            tenantId);
    }

    /// <summary>Reads a key that was stored, and holds it against the organisation that asks.</summary>
    /// <exception cref="StorageException"><c>object_storage_key_invalid_shape</c> or <c>object_storage_key_tenant_mismatch</c>; neither names the key.</exception>
    public static ObjectKey Parse(string text, Guid tenantId)
    {
        ArgumentNullException.ThrowIfNull(text);
        var key = TryParse(text) ?? throw InvalidShape();
        return key.TenantId == tenantId
            ? key
            : throw new StorageException(StorageException.TenantMismatch, StorageFault.Key, "The key belongs to another organisation.");
    }

    /// <summary>A name that a store listed; null when it is none of ours.</summary>
    // $ also matches before a last line feed in .NET, not in PostgreSQL.
    public static ObjectKey? TryParse(string text) => Pattern().Match(text) is { Success: true } match && match.Length == text.Length ? new ObjectKey(text) : null;

    public override string ToString() => Text;

    private static StorageException InvalidShape() => new(StorageException.InvalidShape, StorageFault.Key, "The key does not have the shape of one.");

    [GeneratedRegex(Shape, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
