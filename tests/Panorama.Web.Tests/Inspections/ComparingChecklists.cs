using Panorama.Web.Api;
using Panorama.Web.Inspections.Templates;

namespace Panorama.Web.Tests.Inspections;

public sealed class ComparingChecklists
{
    /// <summary>Items as words: what they ask; <c>a!</c> must be answered, <c>a#</c> asks for a number.</summary>
    [Theory]
    [InlineData("a b c", "a b c", "")]
    [InlineData("", "a b", "+a@1 +b@2")]
    [InlineData("a b", "", "-a@1 -b@2")]
    [InlineData("a b c", "a x b c", "+x@2")]
    [InlineData("a b c", "a c", "-b@2")]
    [InlineData("a b c", "a x c", "+x@2 -b@2")]
    [InlineData("a b c", "c a b", "~c@3>1")]
    [InlineData("a b c d", "b c d a", "~a@1>4")]
    [InlineData("a b c", "a b! c", "*b>b@2")]
    [InlineData("a b c", "b! a c", "*b>b@1 ~a@1>2")]
    [InlineData("a left-tyre c", "a Left-tyres c", "*left-tyre>Left-tyres@2")]
    [InlineData("left-tyre b", "b left-tyres", "-left-tyre@1 +left-tyres@2")]
    [InlineData("a left-tyre c", "a left-tyres# c", "+left-tyres@2 -left-tyre@2")]
    [InlineData("left-tyre b", "tyre b", "*left-tyre>tyre@1")]
    [InlineData("left-tyre right-tyre b", "tyre-left tyre-right b", "*left-tyre>tyre-left@1 *right-tyre>tyre-right@2")]
    [InlineData("a a b", "a b", "-a@2")]
    [InlineData("a b c d e", "e d c b a", "~d@4>2 ~c@3>3 ~b@2>4 ~a@1>5")]
    [InlineData("a b c d", "b y d z", "-a@1 +y@2 -c@3 +z@4")]
    public void Few_words_say_how_one_list_became_another(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join(' ', ChecklistDifference.Of(Items(before), Items(after)).Select(Say)));

    [Fact]
    public void What_is_said_leads_from_the_one_to_the_other()
    {
        var random = new Random(396_11);
        for (var round = 0; round < 500; round++)
        {
            var before = Some(random);
            var after = Some(random);

            var changes = ChecklistDifference.Of(Items(before), Items(after));

            var added = changes.Where(c => c.Kind == ItemChangeKind.Added).Select(c => c.To).ToHashSet();
            var removed = changes.Where(c => c.Kind == ItemChangeKind.Removed).Select(c => c.From).ToHashSet();
            Assert.Equal(Items(after).Count, Items(before).Count - removed.Count + added.Count);

            // Whoever neither came, went nor moved kept the order.
            var moved = changes.Where(c => c.Kind == ItemChangeKind.Moved).ToList();
            var stayed = Items(before).Index().Where(i => !removed.Contains(i.Index + 1) && moved.TrueForAll(m => m.From != i.Index + 1)).ToList();
            var stays = Items(after).Index().Where(i => !added.Contains(i.Index + 1) && moved.TrueForAll(m => m.To != i.Index + 1)).ToList();
            var changed = changes.Where(c => c.Kind == ItemChangeKind.Changed).ToDictionary(c => c.To, c => c.After);
            Assert.Equal(stayed.Count, stays.Count);
            Assert.All(stayed.Zip(stays), pair => Assert.Equal(changed.GetValueOrDefault(pair.Second.Index + 1) ?? pair.First.Item, pair.Second.Item));
        }
    }

    private static string Some(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(0, 9)).Select(_ => "abcdef"[random.Next(6)] + (random.Next(4) switch { 0 => "!", 1 => "#", _ => "" })));

    private static List<ChecklistItem> Items(string letters) => [.. letters.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => new ChecklistItem(l.TrimEnd('!', '#'), l.EndsWith('#') ? "NUMBER" : "BOOLEAN", l.EndsWith('!'), PhotoRequired: false, null, null, null, null))];

    private static string Say(ItemChange change) => change.Kind switch
    {
        ItemChangeKind.Added => FormattableString.Invariant($"+{change.Label}@{change.To}"),
        ItemChangeKind.Removed => FormattableString.Invariant($"-{change.Label}@{change.From}"),
        ItemChangeKind.Moved => FormattableString.Invariant($"~{change.Label}@{change.From}>{change.To}"),
        _ => FormattableString.Invariant($"*{change.Before!.Label}>{change.Label}@{change.To}"),
    };
}
