using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace Panorama.Api.Assets;

/// <summary>
/// Which lists had more rows than are counted, a moment ago. Counting ten thousand again for each first page is what makes the lists of a large organisation
/// slower than those of a small one, and says the same each time. In process: another one counts once for itself.
/// </summary>
internal sealed class LongLists(TimeProvider clock)
{
    private const int Most = 4_096;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(Guid Tenant, string Filter), long> _countedAt = new();

    /// <summary>What two counts share that count the same.</summary>
    public static string Key(NpgsqlBatchCommand count) => string.Join(
        '\n', count.Parameters.Select(p => p.Value is Array several ? string.Join(',', several.Cast<object>()) : Convert.ToString(p.Value, CultureInfo.InvariantCulture)).Prepend(count.CommandText));

    public bool Contains(Guid tenant, string filter) => _countedAt.TryGetValue((tenant, filter), out var at) && clock.GetElapsedTime(at) < KeptFor;

    public void Add(Guid tenant, string filter)
    {
        if (_countedAt.Count >= Most)
        {
            _countedAt.Clear();
        }

        _countedAt[(tenant, filter)] = clock.GetTimestamp();
    }
}
