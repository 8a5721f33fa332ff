using Panorama.Core.Audit;

namespace Panorama.Worker.Tests.Audit;

public sealed class ReadingASigningKey
{
    [Theory]
    [InlineData("")]
    [InlineData("k1")]
    [InlineData(":AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("k 1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd")]
    [InlineData("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ")]
    [InlineData("k1:not base64url at all, but long enough!!!!!!!!")]
    [InlineData("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_bad_one_is_refused_without_repeating_it(string text)
    {
        Assert.False(AuditSigningKey.TryParse(text, out var key, out var problem));

        Assert.Null(key);
        Assert.DoesNotContain("AAEC", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_signature_is_Ed25519_over_chain_seq_and_hash()
    {
        // Computed with another implementation (Python's cryptography) over 16 + 8 + 32 bytes.
        using var key = ChainOfATenant.Key("k1");
        var signature = key.Sign(Guid.Parse("10000000-0000-0000-0000-00000000000a"), 2, Convert.FromHexString("d645240b3d937b5edd6798a0f51b4bb2f025ae59c87dd90fd0303b030498e7c0"));

        Assert.Equal(
            "e257fcde5fc782f1b46a640cb3fd5e2e63cdf4296b6b74c2be4d4539b81f196972d7c93beb202479a85dae40dc36c148634e5201a9969620f861a43d759c3009",
            Convert.ToHexStringLower(signature));
    }
}
