using Panorama.Core.Exporting;

namespace Panorama.Core.Tests.Exporting;

public sealed class GuardingFormulas
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://x.example\")")]
    [InlineData("@SUM(A1)")]
    [InlineData("-2+3+cmd|' /C calc'!A1")]
    [InlineData("+1+1")]
    [InlineData("+55-11-9999")]
    [InlineData("\t=1")]
    [InlineData("\tplain")]
    [InlineData(" =1")]
    [InlineData("\r\n=1")]
    [InlineData("\u00A0=1")]
    [InlineData("＝1")]
    [InlineData("-")]
    [InlineData("--5")]
    [InlineData("-A1")]
    [InlineData("-5\n=1")]
    [InlineData("'quoted")]
    [InlineData("'=x")]
    [InlineData("''")]
    public void Text_that_could_be_evaluated_gets_one_mark_and_loses_it_again(string text)
    {
        var cell = FormulaGuard.Protect(text);

        Assert.Equal("'" + text, cell);
        Assert.Equal(text, FormulaGuard.Remove(cell));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("-12.50")]
    [InlineData("+12,5")]
    [InlineData("+5511999990000")]
    [InlineData("+55 11 99999 0000")]
    [InlineData("a\"b,c\nd & e")]
    [InlineData("van = car")]
    [InlineData("quoted'")]
    public void Other_text_stays(string text)
    {
        Assert.Equal(text, FormulaGuard.Protect(text));
        Assert.Equal(text, FormulaGuard.Remove(text));
    }

    [Theory]
    [InlineData("'tis", "'tis")]
    [InlineData("'-5", "'-5")]
    [InlineData("'=1", "=1")]
    public void A_mark_that_guards_nothing_is_text(string cell, string text) => Assert.Equal(text, FormulaGuard.Remove(cell));
}
