namespace Panorama.Core.Inspections;

/// <summary>Items of two runs of one checklist that ask the same.</summary>
public static class SnapshotItems
{
    /// <summary>
    /// The items of <paramref name="before"/> by the id that each has in <paramref name="now"/>: the same one, or, since an edit of the checklist gives all items new ids, the one
    /// of the same label and kind; of several such the first goes with the first.
    /// </summary>
    public static IReadOnlyDictionary<Guid, SnapshotItem> Pair(InspectionSnapshot now, InspectionSnapshot before)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(before);
        var same = before.Items.ToDictionary(i => i.Id);
        var others = before.Items.ExceptBy(now.Items.Select(i => i.Id), i => i.Id).GroupBy(Question).ToDictionary(g => g.Key, g => new Queue<SnapshotItem>(g));
        var pairs = new Dictionary<Guid, SnapshotItem>();
        foreach (var item in now.Items)
        {
            if (same.TryGetValue(item.Id, out var match) || (others.TryGetValue(Question(item), out var left) && left.TryDequeue(out match)))
            {
                pairs[item.Id] = match;
            }
        }

        return pairs;
    }

    private static (string, InspectionItemType) Question(SnapshotItem item) => (FoundDefect.KeyOf(item.Label), item.ItemType);
}
