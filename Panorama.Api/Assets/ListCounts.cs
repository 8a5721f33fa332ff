using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Panorama.Api.Tenancy;

namespace Panorama.Api.Assets;

/// <summary>
/// How many rows long lists had a moment ago. Counting thousands again each time somebody comes back from an asset to its list is what makes the lists of a
/// large organisation slower than those of a small one. What this process changes for the organisation is seen at once; what another one does, ten seconds
/// later, and that there are not more than are counted any more, a minute later.
/// </summary>
internal sealed class ListCounts(TenantChanges changes, TimeProvider clock)
{
    /// <summary>So many are counted; more are "more than".</summary>
    public const int CountedUpTo = 10_000;

    // Fewer are counted in less time than the page takes.
    private const int RememberedFrom = 2_000;
    private const int Most = 4_096;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TooManyKeptFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Guid Tenant, string Filter), (int Count, long Change, long At)> _counted = new();

    /// <summary>What two counts share that count the same.</summary>
    public static string Key(NpgsqlBatchCommand count) => string.Join(
        '\n', count.Parameters.Select(p => p.Value is Array several ? string.Join(',', several.Cast<object>()) : Convert.ToString(p.Value, CultureInfo.InvariantCulture)).Prepend(count.CommandText));

    /// <summary>Null when it has to be counted.</summary>
    public int? Find(Guid tenant, string filter) => _counted.TryGetValue((tenant, filter), out var known)
        && (known.Count > CountedUpTo ? clock.GetElapsedTime(known.At) < TooManyKeptFor : known.Change == changes.Of(tenant) && clock.GetElapsedTime(known.At) < KeptFor)
            ? known.Count : null;

    /// <param name="change">Of <see cref="TenantChanges"/> before it was counted.</param>
    public void Add(Guid tenant, string filter, int count, long change)
    {
        if (count < RememberedFrom)
        {
            return;
        }

        if (_counted.Count >= Most)
        {
            _counted.Clear();
        }

        _counted[(tenant, filter)] = (count, change, clock.GetTimestamp());
    }
}
