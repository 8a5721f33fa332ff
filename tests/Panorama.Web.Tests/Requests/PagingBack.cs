using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Panorama.Web.Assets;

namespace Panorama.Web.Tests.Requests;

/// <summary>The way back is in the address of a page of the list.</summary>
public sealed class PagingBack
{
    [Fact]
    public void A_long_way_keeps_its_last_pages_and_an_address_that_can_be_returned_to()
    {
        var page = new AssetQuery();
        for (var i = 1; i <= 40; i++)
        {
            page = Read(page.Next(i.ToString("000", CultureInfo.InvariantCulture) + new string('c', 97), AssetQuery.PageSize).Href);
            Assert.InRange(page.Href.Length, 1, 1990);
        }

        Assert.Equal(2001, page.From);
        for (var i = 39; i > 27; i--)
        {
            page = Read(page.Previous()!.Href);
            Assert.Equal((i, (i * 50) + 1), (int.Parse(page.Cursor![..3], CultureInfo.InvariantCulture), page.From));
        }

        Assert.Null(page.Previous()); // older ones were dropped: there is the first page
        Assert.DoesNotContain("back", page.ForApi, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets", null)]
    [InlineData("/assets?cursor=b&from=51", "/assets")]
    [InlineData("/assets?cursor=c&from=101&back=b", "/assets?cursor=b&from=51")]
    [InlineData("/assets?cursor=c&from=101", null)]
    [InlineData("/assets?back=b", null)]
    [InlineData("/assets?cursor=c&from=0&back=&back=b&sort=name", "/assets?sort=name&cursor=b&from=1")]
    public void Any_address_has_one_page_before_it_or_none(string address, string? before) => Assert.Equal(before, Read(address).Previous()?.Href);

    private static AssetQuery Read(string address) => AssetQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(new Uri("http://a" + address).Query)));
}
