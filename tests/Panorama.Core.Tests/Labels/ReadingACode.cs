using Panorama.Core.Labels;

namespace Panorama.Core.Tests.Labels;

public sealed class ReadingACode
{
    [Fact]
    public void A_code_is_ten_characters_that_differ_each_time()
    {
        var codes = Enumerable.Range(0, 1000).Select(_ => LabelCode.Create()).ToList();

        Assert.All(codes, c => Assert.Matches("^[0-9A-HJKMNP-TV-Z]{10}$", c));
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(32, codes.SelectMany(c => c).Distinct().Count());
    }

    [Theory]
    [InlineData("0123456789")]
    [InlineData("oi2345678g")]
    [InlineData("OL2345678G")]
    [InlineData("  O1234-5678-9 ")]
    public void What_a_person_typed_is_read(string typed) => Assert.Equal(
        typed.Contains('8', StringComparison.Ordinal) && typed.EndsWith("g", StringComparison.OrdinalIgnoreCase) ? "012345678G" : "0123456789", LabelCode.Read(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("012345678")]
    [InlineData("01234567890")]
    [InlineData("U123456789")]
    [InlineData("é123456789")]
    [InlineData("０123456789")] // a full-width zero
    [InlineData("VAN-014")]
    [InlineData("----------------------------------------0123456789")]
    public void Anything_else_is_no_code(string? typed) => Assert.Null(LabelCode.Read(typed));

    [Fact]
    public void Every_code_is_read_as_itself_and_as_it_is_spelt()
    {
        for (var i = 0; i < 200; i++)
        {
            var code = LabelCode.Create();

            Assert.Equal([code, code], [LabelCode.Read(code.ToLowerInvariant()), LabelCode.Read(LabelCode.Spell(code))]);
        }
    }
}
