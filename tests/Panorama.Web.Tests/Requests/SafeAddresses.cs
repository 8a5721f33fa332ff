using Panorama.Web.Http;

namespace Panorama.Web.Tests.Requests;

public sealed class SafeAddresses
{
    [Theory]
    [InlineData("/home")]
    [InlineData("/assets?q=van&status=READY")]
    [InlineData("/assets/20000000-0000-7000-8000-000000000001#history")]
    public void A_path_of_this_site_is_kept(string path) => Assert.Equal(path, ReturnUrl.Safe(path));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("home")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/home\r\nSet-Cookie: a=b")]
    [InlineData("https://evil.example/home")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/assets\\..\\x")]
    [InlineData("/login?next=/login")]
    [InlineData("/logout")]
    [InlineData("/setup?u=x")]
    [InlineData("/api/auth/logout")]
    [InlineData("/é")]
    [InlineData("/assets%00")]
    [InlineData("/assets?q=%00")]
    public void Everything_else_is_not(string? path) => Assert.Null(ReturnUrl.Safe(path));

    [Theory]
    [InlineData("/assets/20000000-0000-7000-8000-000000000001?history=x", "/assets")]
    [InlineData("/assets?q=van", "/assets")]
    [InlineData("/account/sessions", "/account/sessions")]
    [InlineData("/more#organisation", "/more")]
    [InlineData("//evil.example", "/home")]
    [InlineData("/error/404", "/home")]
    public void Switching_organisation_keeps_the_section_and_not_the_record(string from, string to) => Assert.Equal(to, ReturnUrl.Section(from));
}
