using System.Net;
using Panorama.Web.Tests.Running;

namespace Panorama.Web.Tests.Requests;

/// <summary>Api's limit is no outage.</summary>
public sealed class TooManyRequests(StandIn standIn)
{
    [Theory]
    [InlineData("en", "Too many requests", "Try again in 37 seconds.")]
    [InlineData("pt-br", "Pedidos demais", "Tente de novo em 37 segundos.")]
    [InlineData("es", "Demasiadas solicitudes", "Inténtelo de nuevo en 37 segundos.")]
    public async Task Too_many_requests_are_called_that_on_every_page(string locale, string title, string sentence)
    {
        using var client = standIn.Web.Browser();
        client.DefaultRequestHeaders.Add("Cookie", $"panorama_session={StandInApi.Cookie("limited")}; panorama_locale={locale}");

        foreach (var path in new[] { "/home", "/assets", "/assets/" + StandInApi.VanId, "/account/sessions", "/more" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            var page = await response.TextAsync();
            Assert.Equal((path, HttpStatusCode.TooManyRequests, "37"), (path, response.StatusCode, response.Header("Retry-After")));
            Assert.Contains($">{title}</h1>", page, StringComparison.Ordinal);
            Assert.Contains(sentence, page, StringComparison.Ordinal);
            Assert.Equal("", response.Cookies());
        }

        using var logout = await client.FormAsync("/logout");
        Assert.Equal("/login?notice=signed_out_here", logout.Location());
    }
}
