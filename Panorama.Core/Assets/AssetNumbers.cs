using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Panorama.Core.Data;

namespace Panorama.Core.Assets;

/// <summary>The organisation's own numbers for assets: prefix, then the number with zeros before it.</summary>
public static class AssetNumbers
{
    private const int Looked = 100;

    /// <summary>Takes the next number whose tag is free. The tenant's row stays locked until the transaction ends, so two never take one.</summary>
    public static async Task<string> NextAsync(PanoramaDbContext db, Guid tenantId, CancellationToken cancellationToken)
    {
        // The lock is a statement of its own: what follows sees what committed meanwhile.
        var tenant = await db.Tenants.FromSql($"select * from tenants where id = {tenantId} for no key update").AsNoTracking()
            .Select(t => new { t.NextAssetNumber, t.AssetNumberPrefix, t.AssetNumberDigits }).SingleAsync(cancellationToken);
        for (long first = tenant.NextAssetNumber; ; first += Looked)
        {
            var tags = Enumerable.Range(0, Looked).Select(i => Format(tenant.AssetNumberPrefix, first + i, tenant.AssetNumberDigits)).ToArray();
            var keys = tags.Select(t => t.Normalize().ToLowerInvariant()).ToArray();
            var taken = (await db.Assets.Where(a => a.ArchivedAt == null && keys.Contains(a.TagKey)).Select(a => a.TagKey).ToListAsync(cancellationToken))
                .ToHashSet(StringComparer.Ordinal);
            var free = Array.FindIndex(keys, k => !taken.Contains(k));
            if (free >= 0)
            {
                var next = checked((int)(first + free + 1));
                await db.Tenants.Where(t => t.Id == tenantId).ExecuteUpdateAsync(s => s.SetProperty(t => t.NextAssetNumber, next), cancellationToken);
                return tags[free];
            }
        }
    }

    public static string Format(string? prefix, long number, int digits) => prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
}
