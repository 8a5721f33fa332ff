namespace Panorama.Core.Storage;

/// <summary>What every table that names objects has in common.</summary>
internal static class StoredObjects
{
    /// <summary>A CHECK that the column holds a key, and one of the row's own tenant.</summary>
    public static string KeyCheck(string column) => $"{column} ~ '{ObjectKey.Shape}' and starts_with({column}, 'tenants/' || tenant_id::text || '/')";
}
