using FsCheck.Xunit;
using Panorama.Core.Identity;
using Panorama.Core.Notifications;

namespace Panorama.Core.Tests.Identity;

/// <summary>What is refused where somebody types it is never a letter that dies later.</summary>
public sealed class AddressesOfPeople
{
    private const string Letters = "abzAZ09_'+-.@%!é ß\"(),:;<>[]\\\r\n\0";

    [Trait("FieldCase", "JOB-03")]
    [Theory]
    [InlineData("ana.ramos+fleet@example.org", true)]
    [InlineData("o'neil@mail.example.co.uk", true)]
    [InlineData("maria@xn--bcher-kva.example", true)]
    [InlineData("maria@bücher.example", false)]
    [InlineData("josé@qa.example", false)]
    [InlineData("ana@localhost", false)]
    [InlineData("ana@@example.org", false)]
    [InlineData(".ana@example.org", false)]
    [InlineData("ana..ramos@example.org", false)]
    [InlineData("\"ana ramos\"@example.org", false)]
    [InlineData("ana@example.org\r\nBcc: x@qa.example", false)]
    [InlineData("ana@example.org\n", false)]
    public void An_address_that_any_server_takes_is_taken(string address, bool isTaken)
    {
        Assert.Equal(isTaken, EmailRules.IsValid(address));
        Assert.Equal(isTaken, EmailRules.Problem(address) is null);
    }

    [Trait("FieldCase", "JOB-03")]
    [Property(MaxTest = 2_000)]
    public bool What_is_taken_can_be_written_to(byte[] letters, byte[] host)
    {
        var address = $"{Of(letters)}@{Of(host)}.example";
        return !EmailRules.IsValid(address) || MailRecipients.IsAddress(address);
    }

    private static string Of(byte[] numbers) => string.Concat((numbers ?? []).Select(n => Letters[n % Letters.Length]));
}
