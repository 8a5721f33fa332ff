using System.Globalization;
using Panorama.Core.Assets;

namespace Panorama.Core.Tests.Importing;

public sealed class NamingACurrency
{
    // ICU's regions answer with the currency in use there; what they call by a code of ISO's that is none of a country is left out.
    [Fact]
    public void Every_country_that_this_platform_knows_can_pay()
    {
        var codes = CultureInfo.GetCultures(CultureTypes.SpecificCultures).Select(culture => culture.Name)
            .Where(name => name.Length > 0 && name.Contains('-', StringComparison.Ordinal))
            .Select(name => new RegionInfo(name).ISOCurrencySymbol)
            .Where(code => code.Length == 3 && code is not ("XXX" or "XDR" or "¤¤")).Distinct().ToList();

        Assert.True(codes.Count > 140, $"{codes.Count} codes");
        Assert.Equal([], codes.Except(Currencies.Codes));
    }

    [Fact]
    public void There_are_as_many_as_the_list_has() =>
        Assert.Equal((166, true), (Currencies.Codes.Count, Currencies.Codes.All(code => code.Length == 3 && code.All(char.IsAsciiLetterUpper))));

    [Theory]
    [InlineData("ZZZ")]
    [InlineData("XXX")]
    [InlineData("XAU")]
    [InlineData("usd")]
    [InlineData("DEM")]
    [InlineData("")]
    public void What_is_none_is_not_taken(string code) => Assert.False(Currencies.Contains(code));
}
