using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NetVips;
using Panorama.Core.Inspections;

namespace Panorama.Core.Tests.Inspections;

public sealed class ReadingSignatures
{
    private static readonly Gen<string> Stroke =
        from points in Gen.Choose(0, SignaturePath.Width).Zip(Gen.Choose(0, SignaturePath.Height)).NonEmptyListOf()
        from separator in Gen.Elements(" ", ",", " , ", "  ")
        select string.Concat(points.Take(20).Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "M " : " L")}{p.Item1}{separator}{p.Item2}")));

    [Theory]
    [InlineData("M10 10L90 10", "M10 10L90 10")]
    [InlineData("  M 10,10 L 90 , 10  ", "M10 10L90 10")]
    [InlineData("M0 0L600 200", "M0 0L600 200")]
    [InlineData("M0 0L0 100L0 100L0 0", "M0 0L0 100L0 0")]
    [InlineData("M0 0L0 100M5 5", "M0 0L0 100M5 5L5 5")]
    [InlineData("M0 0L0 100M5 5L5 5", "M0 0L0 100M5 5L5 5")]
    [InlineData("M007 0L0 100", "M7 0L0 100")]
    public void What_was_drawn_has_one_spelling(string text, string spelt)
    {
        var path = SignaturePath.Read(text, out var fault);

        Assert.Equal((null, spelt), (fault, path?.ToString()));
    }

    [Theory]
    [InlineData("", SignatureFault.TooShort)]
    [InlineData("M5 5", SignatureFault.TooShort)]
    [InlineData("M5 5L5 5L5 5", SignatureFault.TooShort)]
    [InlineData("M0 0L59 0", SignatureFault.TooShort)]
    [InlineData("M0 0L601 0", SignatureFault.Outside)]
    [InlineData("M0 0L0 201", SignatureFault.Outside)]
    [InlineData("M-1 0L100 0", SignatureFault.Outside)]
    [InlineData("L0 0L100 0", SignatureFault.Malformed)]
    [InlineData("M0 0L100", SignatureFault.Malformed)]
    [InlineData("M0 0 100 0", SignatureFault.Malformed)]
    [InlineData("M0 0l100 0", SignatureFault.Malformed)]
    [InlineData("M0 0C1 1 2 2 100 100", SignatureFault.Malformed)]
    [InlineData("M0 0L100 0Z", SignatureFault.Malformed)]
    [InlineData("M0 0L99.5 0", SignatureFault.Malformed)]
    [InlineData("M0 0L1e2 0", SignatureFault.Malformed)]
    [InlineData("M0 0L+100 0", SignatureFault.Malformed)]
    [InlineData("M0 0L00100 0", SignatureFault.Malformed)]
    [InlineData("M0 0L99999999999 0", SignatureFault.Malformed)]
    [InlineData("M0-0L100 0", SignatureFault.Malformed)]
    [InlineData("M0,,0L100 0", SignatureFault.Malformed)]
    [InlineData("M0\n0L100 0", SignatureFault.Malformed)]
    [InlineData("M٠ ٠L100 0", SignatureFault.Malformed)]
    [InlineData("M0 0L100 0\"/><script>", SignatureFault.Malformed)]
    public void Anything_else_is_refused_with_its_reason(string text, SignatureFault reason)
    {
        Assert.Null(SignaturePath.Read(text, out var fault));
        Assert.Equal(reason, fault);
    }

    [Fact]
    public void As_many_strokes_points_and_characters_are_taken_and_no_more()
    {
        var strokes = string.Concat(Enumerable.Repeat("M0 0L9 9", SignaturePath.MostStrokes));
        var points = "M0 0" + string.Concat(Enumerable.Range(0, SignaturePath.MostPoints - 1).Select(i => i % 2 == 0 ? "L600 200" : "L0 0"));

        Assert.Equal((strokes, points), (SignaturePath.Read(strokes, out _)?.ToString(), SignaturePath.Read(points, out _)?.ToString()));
        Assert.Null(SignaturePath.Read(strokes + "M0 0", out var fault));
        Assert.Equal(SignatureFault.TooManyStrokes, fault);
        Assert.Null(SignaturePath.Read(points + "L1 1", out fault));
        Assert.Equal(SignatureFault.TooManyPoints, fault);
        Assert.Null(SignaturePath.Read("M0 0L100 0" + new string(' ', SignaturePath.MaxLength), out fault));
        Assert.Equal(SignatureFault.TooManyPoints, fault);
    }

    [Property(MaxTest = 300)]
    public Property What_is_read_is_read_again_as_itself_and_stays_in_its_box() => Prop.ForAll(
        Stroke.NonEmptyListOf().ToArbitrary(),
        strokes =>
        {
            var path = SignaturePath.Read(string.Concat(strokes), out var fault);
            return path is null
                ? fault is SignatureFault.TooManyPoints or SignatureFault.TooManyStrokes or SignatureFault.TooShort
                : SignaturePath.Read(path.ToString(), out _)?.ToString() == path.ToString() && path.ToString().Length <= SignaturePath.MaxLength;
        });

    [Property(MaxTest = 2_000)]
    public bool Whatever_is_sent_is_read_or_has_a_reason(string? text)
    {
        var path = SignaturePath.Read(text ?? "", out var fault);
        return path is null != fault is null;
    }

    [Property(MaxTest = 1_000)]
    public Property Whatever_of_its_own_characters_is_sent_has_only_them_in_what_is_kept() => Prop.ForAll(
        Gen.Elements("M", "L", "0", "7", "60", "200", " ", ",", "-").ArrayOf(40).ToArbitrary(),
        parts => SignaturePath.Read("M0 0L100 0" + string.Concat(parts), out _)?.ToString().All(c => c is 'M' or 'L' or ' ' || char.IsAsciiDigit(c)) ?? true);

    [Fact]
    public void The_picture_has_ink_where_the_lines_are_and_nowhere_else()
    {
        var path = SignaturePath.Read("M100 100L500 100M50 20L50 180M300 10", out _)!;

        using var picture = Image.PngloadBuffer(SignaturePicture.Draw(path));

        Assert.Equal((600, 200, 1, false), (picture.Width, picture.Height, picture.Bands, picture.HasAlpha()));
        Assert.All(new[] { (300, 100), (101, 99), (50, 100), (49, 21), (300, 10) }, p => Assert.InRange(picture[p.Item1, p.Item2][0], 0, 60));
        Assert.All(new[] { (300, 90), (300, 110), (90, 100), (510, 100), (56, 100), (50, 10), (300, 20), (599, 199), (0, 0) }, p => Assert.Equal(255, picture[p.Item1, p.Item2][0]));
    }

    [Fact]
    public void The_longest_that_is_taken_is_drawn_soon_and_fits()
    {
        var path = SignaturePath.Read("M0 0" + string.Concat(Enumerable.Range(0, SignaturePath.MostPoints - 1).Select(i => $"L{(i % 2 == 0 ? 600 - (i % 97) : i % 89)} {i * 7 % 201}")), out _)!;
        var started = TimeProvider.System.GetTimestamp();

        var picture = SignaturePicture.Draw(path);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 5);
        Assert.InRange(picture.Length, 1, InspectionSignature.MaxImageBytes);
    }
}
