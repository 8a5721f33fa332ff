using Microsoft.Extensions.Configuration;
using Panorama.Web.Http;
using Panorama.Web.Tests.Requests;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Photos;

public sealed class ShowingPicturesOfAStore(StandIn standIn)
{
    [Theory]
    [InlineData("", "")]
    [InlineData("S3_BUCKET_PHOTOS=p", "")]
    [InlineData("PHOTO_DELIVERY=redirect", "")]
    [InlineData("PHOTO_DELIVERY=redirect STORAGE_DRIVER=filesystem S3_BUCKET_PHOTOS=p S3_ENDPOINT=https://s.example", "")]
    [InlineData("PHOTO_DELIVERY=redirect S3_BUCKET_PHOTOS=p S3_ENDPOINT=https://s.example", " https://s.example https://p.s.example")]
    [InlineData("PHOTO_DELIVERY=redirect S3_BUCKET_PHOTOS=p S3_ENDPOINT=http://s3:9000 S3_PUBLIC_ENDPOINT=https://o.example:8443", " https://o.example:8443 https://p.o.example:8443")]
    [InlineData("PHOTO_DELIVERY=redirect STORAGE_DRIVER=s3 S3_BUCKET_PHOTOS=p S3_REGION=eu-west-1",
        " https://s3.amazonaws.com https://p.s3.amazonaws.com https://s3.eu-west-1.amazonaws.com https://p.s3.eu-west-1.amazonaws.com")]
    [InlineData("PHOTO_DELIVERY=redirect S3_BUCKET_PHOTOS=p;script-src S3_ENDPOINT=https://s.example", " https://s.example")]
    [InlineData("PHOTO_DELIVERY=redirect S3_BUCKET_PHOTOS=p S3_ENDPOINT=s.example", "")]
    public void The_policy_names_the_host_that_links_lead_to_and_nothing_else(string settings, string origins)
    {
        var configuration = new ConfigurationManager();
        foreach (var setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            configuration[setting.Split('=')[0]] = setting.Split('=', 2)[1];
        }

        Assert.Equal(origins, PictureOrigins.Of(configuration));
    }

    [Fact]
    public async Task Every_page_has_it()
    {
        await using var web = await WebApp.StartAsync(standIn.Api.Address, ("PHOTO_DELIVERY", "redirect"), ("S3_BUCKET_PHOTOS", "p"), ("S3_ENDPOINT", "https://s.example"));
        using var client = web.Browser();
        using var page = await client.GetAsync(new Uri("/login", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("; img-src 'self' data: https://s.example https://p.s.example; object-src", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }
}
