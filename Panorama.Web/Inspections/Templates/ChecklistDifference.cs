using Panorama.Web.Api;

namespace Panorama.Web.Inspections.Templates;

public enum ItemChangeKind
{
    Added,
    Removed,
    Changed,
    Moved,
}

/// <summary>What became of one item.</summary>
/// <param name="Before">Null where it is new.</param>
/// <param name="After">Null where it is gone.</param>
/// <param name="From">Its place before, from 1; 0 where it is new.</param>
/// <param name="To">Its place now, from 1; 0 where it is gone.</param>
public sealed record ItemChange(ItemChangeKind Kind, ChecklistItem? Before, ChecklistItem? After, int From, int To)
{
    /// <summary>What it asks, or asked where it is gone.</summary>
    public string Label => (After ?? Before)!.Label;
}

/// <summary>
/// How one list of items became another. Items have other ids in each version, so one is found again by what it asks; one that asks it in
/// other words is the same where it stands between the same items, takes the same kind of answer, and has a word in common.
/// </summary>
public static class ChecklistDifference
{
    private const int ShortestWord = 3;

    /// <summary>In the order of the new list; what is gone stands where it stood.</summary>
    public static IReadOnlyList<ItemChange> Of(IReadOnlyList<ChecklistItem> before, IReadOnlyList<ChecklistItem> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (oldOf, newOf) = Pair(before, after);
        var stayed = LongestRun(oldOf);
        var changes = new List<ItemChange>();
        var gone = 0;
        for (var place = 0; place <= after.Count; place++)
        {
            // What is gone is told before the first item that stood behind it and still stands in its order.
            var until = place == after.Count ? before.Count : stayed[place] ? oldOf[place] : gone;
            for (; gone < until; gone++)
            {
                if (newOf[gone] < 0)
                {
                    changes.Add(new ItemChange(ItemChangeKind.Removed, before[gone], null, gone + 1, 0));
                }
            }

            if (place < after.Count)
            {
                AddChanges(changes, before, after, oldOf[place], place, stayed[place]);
            }
        }

        return changes;
    }

    private static void AddChanges(List<ItemChange> changes, IReadOnlyList<ChecklistItem> before, IReadOnlyList<ChecklistItem> after, int old, int place, bool stayed)
    {
        if (old < 0)
        {
            changes.Add(new ItemChange(ItemChangeKind.Added, null, after[place], 0, place + 1));
            return;
        }

        if (!stayed)
        {
            changes.Add(new ItemChange(ItemChangeKind.Moved, before[old], after[place], old + 1, place + 1));
        }

        if (before[old] != after[place])
        {
            changes.Add(new ItemChange(ItemChangeKind.Changed, before[old], after[place], old + 1, place + 1));
        }
    }

    /// <returns>Of each new item its old place, of each old item its new one; -1 where it has none.</returns>
    private static (int[] OldOf, int[] NewOf) Pair(IReadOnlyList<ChecklistItem> before, IReadOnlyList<ChecklistItem> after)
    {
        var (oldOf, newOf) = (new int[after.Count], new int[before.Count]);
        Array.Fill(oldOf, -1);
        Array.Fill(newOf, -1);
        Join((old, next) => before[old] == after[next]);
        Join((old, next) => before[old].Label == after[next].Label);
        Join((old, next) => before[old].ItemType == after[next].ItemType && BehindOld(old) == BehindNew(next) && Words(before[old]).Overlaps(Words(after[next])));
        return (oldOf, newOf);

        // The nearest item in front of it that is in both lists, by its old place.
        int BehindOld(int old) => Array.FindLastIndex(newOf[..old], found => found >= 0);
        int BehindNew(int next) => Array.FindLastIndex(oldOf[..next], found => found >= 0) is >= 0 and var place ? oldOf[place] : -1;

        void Join(Func<int, int, bool> isSame)
        {
            for (var next = 0; next < after.Count; next++)
            {
                for (var old = 0; oldOf[next] < 0 && old < before.Count; old++)
                {
                    if (newOf[old] < 0 && isSame(old, next))
                    {
                        (oldOf[next], newOf[old]) = (old, next);
                    }
                }
            }
        }
    }

    private static HashSet<string> Words(ChecklistItem item) =>
        new(item.Label.Split([.. item.Label.Where(c => !char.IsLetterOrDigit(c))]).Where(w => w.Length >= ShortestWord), StringComparer.OrdinalIgnoreCase);

    /// <summary>Which items form the longest run that kept its order: all others were moved. As few as can be are then said to have moved.</summary>
    private static bool[] LongestRun(int[] oldOf)
    {
        var (length, previous) = (new int[oldOf.Length], new int[oldOf.Length]);
        var last = -1;
        for (var i = 0; i < oldOf.Length; i++)
        {
            if (oldOf[i] < 0)
            {
                continue;
            }

            (length[i], previous[i]) = (1, -1);
            for (var j = 0; j < i; j++)
            {
                if (oldOf[j] >= 0 && oldOf[j] < oldOf[i] && length[j] + 1 > length[i])
                {
                    (length[i], previous[i]) = (length[j] + 1, j);
                }
            }

            last = last < 0 || length[i] > length[last] ? i : last;
        }

        var stayed = new bool[oldOf.Length];
        for (; last >= 0; last = previous[last])
        {
            stayed[last] = true;
        }

        return stayed;
    }
}
