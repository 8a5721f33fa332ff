using System.Collections.Concurrent;

namespace Panorama.Api.Tenancy;

/// <summary>Counts what this process changed for each organisation, for whoever remembers what it read.</summary>
internal sealed class TenantChanges
{
    private readonly ConcurrentDictionary<Guid, long> _counts = new();

    public long Of(Guid tenant) => _counts.GetValueOrDefault(tenant);

    public void Add(Guid tenant) => _counts.AddOrUpdate(tenant, 1, (_, count) => count + 1);
}
