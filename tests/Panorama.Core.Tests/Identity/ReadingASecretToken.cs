using Panorama.Core.Identity;

namespace Panorama.Core.Tests.Identity;

public sealed class ReadingASecretToken
{
    [Fact]
    public void A_token_is_read_from_its_own_text()
    {
        var token = SecretToken.Create();

        Assert.Equal(token, SecretToken.Parse(SecretToken.Format(token)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")] // bits left over at the end
    [InlineData("AAAAAAAAAAAAAAAAAAAAA!AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA\u00e9AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void Anything_else_is_no_token_and_no_error(string? text) => Assert.Null(SecretToken.Parse(text));
}
