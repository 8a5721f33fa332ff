using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Panorama.Core.Identity;

/// <summary>Argon2id in PHC strings: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>. One hash takes 19 MiB of native memory: callers limit how many run at once.</summary>
public static class PasswordHasher
{
    private const int MemoryKib = 19_456;
    private const int Passes = 2;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // The bounds keep a row that somebody forged from asking for a gigabyte.
    private const int MostMemoryKib = 262_144;
    private const int MostPasses = 10;

    private static readonly Meter Meter = new("Panorama.Identity");

    // What a server spends on passwords, by what one costs.
    private static readonly Counter<long> Derived = Meter.CreateCounter<long>("panorama.password.derivations", description: "Passwords hashed, to set or to check one.");

    private static readonly Argon2id Current = Algorithm(MemoryKib, Passes);

    /// <summary>Verified when there is no such account, so that the answer takes as long as for one that exists. Nobody knows a password for it.</summary>
    public const string Dummy = "$argon2id$v=19$m=19456,t=2,p=1$np387DnWBWPNv3+duDADhg$w4GilhC+4/VSMs7mSwKvknCpFOVl6+trYRSO5UJCZAE";

    /// <summary>Hashes a password under a fresh salt.</summary>
    /// <exception cref="ArgumentException">The text is no valid Unicode.</exception>
    public static string Hash(string password)
    {
        var normalized = PasswordRules.Normalize(password) ?? throw new ArgumentException("The password is not valid text.", nameof(password));
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(normalized, MemoryKib, Passes, salt, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={MemoryKib},t={Passes},p=1${Encode(salt)}${Encode(hash)}");
    }

    /// <summary>Whether the password is the one that was hashed. A string that cannot be read counts as a mismatch.</summary>
    public static bool Verify(string password, string phc)
    {
        if (PasswordRules.Normalize(password) is not { } normalized || Parse(phc) is not { } stored)
        {
            return false;
        }

        var hash = Derive(normalized, stored.MemoryKib, stored.Passes, stored.Salt, stored.Hash.Length);
        return CryptographicOperations.FixedTimeEquals(hash, stored.Hash);
    }

    /// <summary>Whether the string was made with other parameters than today's.</summary>
    public static bool NeedsRehash(string phc) =>
        Parse(phc) is not { MemoryKib: MemoryKib, Passes: Passes, Salt.Length: SaltBytes, Hash.Length: HashBytes };

    private static byte[] Derive(string password, int memoryKib, int passes, byte[] salt, int length)
    {
        Derived.Add(1, new KeyValuePair<string, object?>("memory_kib", memoryKib), new KeyValuePair<string, object?>("passes", passes));
        var algorithm = (memoryKib, passes) == (MemoryKib, Passes) ? Current : Algorithm(memoryKib, passes);
        return algorithm.DeriveBytes(Encoding.UTF8.GetBytes(password), salt, length);
    }

    private static Argon2id Algorithm(int memoryKib, int passes) => PasswordBasedKeyDerivationAlgorithm.Argon2id(
        new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKib, NumberOfPasses = passes });

    private static Phc? Parse(string phc)
    {
        // $argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$…
        var parts = phc.Split('$');
        if (parts is not ["", "argon2id", "v=19", var parameters, var salt, var hash])
        {
            return null;
        }

        var values = parameters.Split(',');
        return values is [['m', '=', .. var memory], ['t', '=', .. var passes], "p=1"]
            && int.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var memoryKib) && memoryKib is >= 8 and <= MostMemoryKib
            && int.TryParse(passes, NumberStyles.None, CultureInfo.InvariantCulture, out var passCount) && passCount is >= 1 and <= MostPasses
            && Decode(salt) is { Length: SaltBytes } saltBytes && Decode(hash) is { Length: >= 16 and <= 64 } hashBytes
            ? new Phc(memoryKib, passCount, saltBytes, hashBytes)
            : null;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? Decode(string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var written) ? bytes[..written] : null;
    }

    private sealed record Phc(int MemoryKib, int Passes, byte[] Salt, byte[] Hash);
}
